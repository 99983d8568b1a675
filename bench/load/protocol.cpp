#include <bench/load/protocol.hpp>

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

} // namespace loa::bench
