#include <bench/load/protocol.hpp>

#include <charconv>

namespace loa::bench {

std::string filled(const std::string& identifier, std::size_t octets) {
  auto out = identifier;
  out.reserve(octets);
  unsigned n = 1;
  while (out.size() < octets) {
    n = n * 1'103'515'245U + 12'345U;
    out += static_cast<char>('a' + (n >> 16) % 26);
  }
  return out;
}

std::size_t number_in(std::string_view identifier) {
  constexpr std::size_t digits = 6;
  if (identifier.size() < digits) return 0;
  std::size_t out = 0;
  const auto* end = identifier.data() + identifier.size();
  const auto read = std::from_chars(end - digits, end, out);
  return read.ec == std::errc() && read.ptr == end ? out : 0;
}

} // namespace loa::bench
