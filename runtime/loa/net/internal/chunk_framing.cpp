#include <loa/net/internal/chunk_framing.hpp>
#include <loa/net/transport.hpp>

#include <cassert>

namespace loa::net {

namespace {

constexpr std::size_t head_octets = 4;
/// An idle line keeps no more memory than this.
constexpr std::size_t kept_when_idle = std::size_t{64} << 10;

} // namespace

void append_chunk(bytes& to, bytes_view chunk) {
  assert(!chunk.empty() && chunk.size() <= most_chunk_octets);
  for (int shift = 24; shift >= 0; shift -= 8)
    to.push_back(static_cast<char>(chunk.size() >> shift & 0xff));
  to.append(chunk);
}

void chunk_reader::take(bytes_view octets) {
  held_.append(octets);
}

result<std::optional<bytes>> chunk_reader::next() {
  const auto rest = bytes_view(held_).substr(at_);
  std::size_t length = 0;
  if (rest.size() >= head_octets) {
    for (std::size_t i = 0; i < head_octets; ++i)
      length = length << 8 | static_cast<unsigned char>(rest[i]);
    if (length == 0) return error{errc::malformed, "An empty chunk came.", {}};
    if (length > most_chunk_octets)
      return error{errc::too_large,
                   "A chunk of " + std::to_string(length) + " octets was announced; the limit is " +
                       std::to_string(most_chunk_octets) + ".",
                   {}};
    if (rest.size() - head_octets >= length) {
      at_ += head_octets + length;
      return std::optional(bytes(rest.substr(head_octets, length)));
    }
  }
  held_.erase(0, std::exchange(at_, 0));
  if (held_.empty() && held_.capacity() > kept_when_idle) held_ = bytes();
  return std::optional<bytes>();
}

} // namespace loa::net
