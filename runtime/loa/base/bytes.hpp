#pragma once

#include <string>
#include <string_view>

namespace loa {

/// A sequence of octets that somebody owns. Text or not is the business of whoever reads it.
using bytes = std::string;
/// Octets that somebody else owns and keeps alive.
using bytes_view = std::string_view;

/// `n` as eight octets, most significant first, so that the order of keys is the order of numbers.
[[nodiscard]] inline bytes big_endian(unsigned long long n) {
  bytes out(8, '\0');
  for (int i = 7; i >= 0; --i, n >>= 8)
    out[static_cast<std::size_t>(i)] = static_cast<char>(n & 0xff);
  return out;
}

/// The number in the first eight octets of `b`; shorter input counts as if followed by nothing.
[[nodiscard]] inline unsigned long long from_big_endian(bytes_view b) noexcept {
  unsigned long long n = 0;
  for (std::size_t i = 0; i < 8 && i < b.size(); ++i) n = n << 8 | static_cast<unsigned char>(b[i]);
  return n;
}

} // namespace loa
