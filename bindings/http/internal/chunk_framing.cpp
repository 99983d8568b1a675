#include <bindings/http/internal/chunk_framing.hpp>

namespace loa::http {

namespace {

constexpr std::size_t most_line = 256;
/// Room for the size lines of chunks with an octet each, and something more.
constexpr std::size_t framing_per_octet = 16;

constexpr std::string_view long_line = "The line with a chunk's size may have at most 256 octets.";
constexpr std::string_view long_trailers =
    "The trailers after the last chunk are longer than a header may be.";
constexpr std::string_view much_framing = "There is more around the chunks than in them.";

} // namespace

std::optional<std::string_view> chunk_framing::took(std::size_t octets, bool last,
                                                    std::size_t data) {
  if (last) return octets > most_ ? std::optional(long_trailers) : std::nullopt;
  if (octets > most_line) return long_line;
  total_ += octets;
  if (total_ > most_ + framing_per_octet * data) return much_framing;
  return std::nullopt;
}

std::optional<std::string_view> chunk_framing::waits(std::string_view waiting) const {
  if (waiting.size() <= most_line) return std::nullopt;
  // The end of the chunk before comes together with the line.
  if (waiting.substr(2, most_line - 2).find("\r\n") == std::string_view::npos) return long_line;
  return waiting.size() > most_ ? std::optional(long_trailers) : std::nullopt;
}

} // namespace loa::http
