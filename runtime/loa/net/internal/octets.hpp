#pragma once

#include <loa/base/bytes.hpp>

#include <cstdint>

namespace loa::net {

/// Appends numbers, most significant octet first, and texts with their length before them.
class octet_writer {
public:
  octet_writer& number(std::uint64_t n, std::size_t octets) {
    out_ += big_endian(n).substr(8 - octets);
    return *this;
  }
  octet_writer& raw(bytes_view b) {
    out_ += b;
    return *this;
  }
  /// `b` behind its length in `octets` octets, which must be enough.
  octet_writer& sized(bytes_view b, std::size_t octets) { return number(b.size(), octets).raw(b); }
  [[nodiscard]] bytes take() { return std::move(out_); }

private:
  bytes out_;
};

/// Reads the same from octets that may be anything. Beyond the end it gives zeros and nothing, and
/// says at the end that it failed.
class octet_reader {
public:
  explicit octet_reader(bytes_view in) noexcept : in_(in) {}

  [[nodiscard]] std::uint64_t number(std::size_t octets) noexcept {
    std::uint64_t n = 0;
    for (const auto c : raw(octets)) n = n << 8 | static_cast<unsigned char>(c);
    return n;
  }
  [[nodiscard]] bytes_view raw(std::size_t octets) noexcept {
    if (octets > in_.size()) {
      failed_ = true;
      octets = 0;
    }
    const auto out = in_.substr(0, octets);
    in_.remove_prefix(octets);
    return out;
  }
  [[nodiscard]] bytes_view sized(std::size_t octets) noexcept {
    return raw(static_cast<std::size_t>(number(octets)));
  }
  [[nodiscard]] bytes_view rest() noexcept { return raw(in_.size()); }
  [[nodiscard]] bool failed() const noexcept { return failed_; }
  /// Everything was there, and nothing is left.
  [[nodiscard]] bool done() const noexcept { return !failed_ && in_.empty(); }

private:
  bytes_view in_;
  bool failed_ = false;
};

} // namespace loa::net
