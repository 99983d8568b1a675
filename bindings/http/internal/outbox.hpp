#pragma once

#include <algorithm>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace loa::http {

using shared_text = std::shared_ptr<const std::string>;

/// Octets that wait for a socket: chunks that may be shared with other connections, in order. Takes
/// no memory while it is empty.
class outbox {
public:
  [[nodiscard]] bool empty() const noexcept { return chunks_.size() == first_; }
  [[nodiscard]] std::size_t chunks() const noexcept { return chunks_.size() - first_; }
  [[nodiscard]] std::size_t octets() const noexcept { return octets_; }

  /// `sent` octets of the chunk have gone out already.
  void push(shared_text chunk, std::size_t sent = 0) {
    octets_ += chunk->size() - sent;
    if (empty()) sent_ = sent;
    chunks_.push_back(std::move(chunk));
  }

  /// What has to go out next; empty if nothing has to.
  [[nodiscard]] std::string_view front() const noexcept {
    return empty() ? std::string_view() : std::string_view(*chunks_[first_]).substr(sent_);
  }

  /// The next chunks in order, as many as `to` has room for; says how many.
  std::size_t gather(std::span<std::string_view> to) const noexcept {
    const auto count = std::min(to.size(), chunks());
    for (std::size_t i = 0; i < count; ++i)
      to[i] = i == 0 ? front() : std::string_view(*chunks_[first_ + i]);
    return count;
  }

  /// The first `n` octets of all that waits are out.
  void sent(std::size_t n) {
    octets_ -= n;
    for (n += sent_; !empty() && n >= chunks_[first_]->size();) {
      n -= chunks_[first_]->size();
      chunks_[first_++].reset();
    }
    sent_ = n;
    if (empty()) {
      chunks_ = {};
      first_ = 0;
    } else if (first_ >= 64) {
      chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(first_));
      first_ = 0;
    }
  }

  /// Forgets all but the chunk that has begun to go out.
  void keep_first() {
    if (empty()) return;
    chunks_.resize(first_ + 1);
    octets_ = chunks_[first_]->size() - sent_;
  }

private:
  std::vector<shared_text> chunks_;
  std::size_t first_ = 0;
  std::size_t sent_ = 0; // of the first chunk
  std::size_t octets_ = 0;
};

} // namespace loa::http
