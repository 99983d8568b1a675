#pragma once

#include <string>
#include <string_view>

namespace loa::wire {

/// `text` up to about `most` octets, with "…" where more was cut off: an error quotes its input,
/// and the input may be a megabyte. UTF-8 is cut between characters.
[[nodiscard]] inline std::string shorten(std::string_view text, std::size_t most) {
  if (text.size() <= most) return std::string(text);
  const auto inside_character = [&](std::size_t at) {
    return (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80;
  };
  auto end = most;
  while (end > 0 && most - end < 3 && inside_character(end)) --end;
  return std::string(text.substr(0, end)).append("…");
}

} // namespace loa::wire
