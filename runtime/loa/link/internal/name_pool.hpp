#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace loa::link::internal {

/// Short texts, one behind the other in chunks, each after an octet with its length. Places are
/// stable until the pool is dropped. At most 255 octets a text and 4 GiB in all.
class name_pool {
public:
  /// The place of a copy of `text`.
  std::uint32_t add(std::string_view text) {
    if (used_ + text.size() + 1 > chunk || chunks_.empty()) {
      chunks_.push_back(std::make_unique<char[]>(chunk));
      used_ = 0;
    }
    auto* to = chunks_.back().get() + used_;
    *to = static_cast<char>(text.size());
    std::memcpy(to + 1, text.data(), text.size());
    const auto place = static_cast<std::uint32_t>((chunks_.size() - 1) * chunk + used_);
    used_ += text.size() + 1;
    live_ += text.size() + 1;
    return place;
  }

  [[nodiscard]] std::string_view at(std::uint32_t place) const noexcept {
    const auto* from = chunks_[place / chunk].get() + place % chunk;
    return {from + 1, static_cast<unsigned char>(*from)};
  }

  /// The text is not needed any more; its room comes back when the pool is rebuilt.
  void drop(std::uint32_t place) noexcept { live_ -= at(place).size() + 1; }

  /// True when more than half of the pool is dropped texts.
  [[nodiscard]] bool is_wasteful() const noexcept {
    return chunks_.size() > 1 && live_ * 2 < (chunks_.size() - 1) * chunk;
  }
  [[nodiscard]] std::size_t octets() const noexcept {
    return chunks_.size() * chunk + chunks_.capacity() * sizeof(chunks_[0]);
  }

private:
  static constexpr std::size_t chunk = 4096;
  std::vector<std::unique_ptr<char[]>> chunks_;
  std::size_t used_ = 0;
  std::size_t live_ = 0;
};

} // namespace loa::link::internal
