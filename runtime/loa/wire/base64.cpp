#include <loa/wire/base64.hpp>

#include <array>
#include <cstdint>

namespace loa::wire {

namespace {

constexpr std::string_view standard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_safe =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

std::string encode(bytes_view data, std::string_view alphabet, bool pad) {
  std::string out;
  out.reserve((data.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (unsigned char c : data) {
    bits = bits << 8 | c;
    held += 8;
    while (held >= 6) out += alphabet[bits >> (held -= 6) & 63];
  }
  if (held > 0) out += alphabet[bits << (6 - held) & 63];
  while (pad && out.size() % 4 != 0) out += '=';
  return out;
}

std::optional<bytes> decode(std::string_view text, std::string_view alphabet, bool padded) {
  if (padded) {
    if (text.size() % 4 != 0) return std::nullopt;
    for (int i = 0; i < 2 && text.ends_with('='); ++i) text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  bytes out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int held = 0;
  for (char c : text) {
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    held += 6;
    if (held >= 8) out += static_cast<char>(bits >> (held -= 8) & 0xff);
  }
  if ((bits & ((1U << held) - 1)) != 0) return std::nullopt; // another text with the same meaning
  return out;
}

} // namespace

std::string base64_encode(bytes_view data) {
  return encode(data, standard, true);
}
std::optional<bytes> base64_decode(std::string_view text) {
  return decode(text, standard, true);
}
std::string base64url_encode(bytes_view data) {
  return encode(data, url_safe, false);
}
std::optional<bytes> base64url_decode(std::string_view text) {
  return decode(text, url_safe, false);
}

} // namespace loa::wire
