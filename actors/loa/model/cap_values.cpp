#include <loa/model/cap.hpp>
#include <loa/model/internal/cap_values.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace loa::model::cap {

namespace {

constexpr std::string_view white = " \t\r\n";
constexpr std::size_t longest_number = 40;

bool is_white(char c) {
  return white.find(c) != std::string_view::npos;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool uri_character(char c) {
  return is_letter(c) || is_digit(c) || static_cast<unsigned char>(c) >= 0x80 ||
         std::string_view("-._~:/?#[]@!$&'()*+,;=%").find(c) != std::string_view::npos;
}

/// How many characters at the front form "scheme:"; 0 if they do not.
std::size_t scheme(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return 0;
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == ':') return i + 1;
    if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '+' && text[i] != '-' &&
        text[i] != '.')
      return 0;
  }
  return 0;
}

bool token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_letter(c) || is_digit(c) ||
           std::string_view("!#$&-^_.+*'`|~%{}").find(c) != std::string_view::npos;
  });
}

} // namespace

std::string_view trimmed(std::string_view text) noexcept {
  const auto from = text.find_first_not_of(white);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(white) - from + 1);
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> out;
  for (auto at = text.find_first_not_of(white); at != std::string_view::npos;) {
    const auto end = std::min(text.find_first_of(white, at), text.size());
    out.push_back(text.substr(at, end - at));
    at = text.find_first_not_of(white, end);
  }
  return out;
}

std::optional<std::vector<std::string>> quoted_words(std::string_view text) {
  std::vector<std::string> out;
  for (auto at = text.find_first_not_of(white); at != std::string_view::npos;) {
    std::size_t end = 0;
    if (text[at] == '"') {
      end = text.find('"', at + 1);
      if (end == std::string_view::npos) return std::nullopt;
      out.emplace_back(text.substr(at + 1, end - at - 1));
      if (++end < text.size() && !is_white(text[end])) return std::nullopt;
    } else {
      end = std::min(text.find_first_of(white, at), text.size());
      out.emplace_back(text.substr(at, end - at));
      if (out.back().find('"') != std::string::npos) return std::nullopt;
    }
    at = text.find_first_not_of(white, end);
  }
  return out;
}

std::string quote_words(const std::vector<std::string>& all) {
  std::string out;
  for (const auto& word : all) {
    if (!out.empty()) out += ' ';
    const bool bare = !word.empty() && std::ranges::none_of(word, is_white);
    out += bare ? word : "\"" + word + "\"";
  }
  return out;
}

std::optional<double> parse_decimal(std::string_view text) noexcept {
  if (text.size() > longest_number) return std::nullopt;
  const bool plus = text.starts_with('+');
  if (plus) text.remove_prefix(1);
  const auto digits = text.starts_with('-') && !plus ? text.substr(1) : text;
  if (std::ranges::none_of(digits, is_digit) || std::ranges::count(digits, '.') > 1 ||
      !std::ranges::all_of(digits, [](char c) { return is_digit(c) || c == '.'; }))
    return std::nullopt;
  double value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc{}) return std::nullopt;
  return value;
}

std::string write_decimal(double n) {
  char buffer[400];
  const auto done = std::to_chars(buffer, buffer + sizeof buffer, n, std::chars_format::fixed);
  return {buffer, done.ptr};
}

std::optional<geo_point> parse_pair(std::string_view text) noexcept {
  const auto comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto lat = parse_decimal(text.substr(0, comma));
  const auto lon = parse_decimal(text.substr(comma + 1));
  if (!lat || !lon) return std::nullopt;
  return geo_point{*lat, *lon};
}

std::string write_pair(const geo_point& p) {
  return write_decimal(p.lat) + "," + write_decimal(p.lon);
}

bool is_absolute_uri(std::string_view text) noexcept {
  const auto at = scheme(text);
  return at > 0 && at < text.size() && std::ranges::all_of(text, uri_character);
}

bool is_relative_uri(std::string_view text) noexcept {
  return !text.empty() && scheme(text) == 0 && std::ranges::all_of(text, uri_character);
}

bool is_mime_type(std::string_view text) noexcept {
  const auto type = trimmed(text.substr(0, text.find(';')));
  const auto slash = type.find('/');
  return slash != std::string_view::npos && token(type.substr(0, slash)) &&
         token(type.substr(slash + 1));
}

bool is_base64(std::string_view text) noexcept {
  std::size_t digits = 0;
  std::size_t padding = 0;
  for (const char c : text) {
    if (is_white(c)) continue;
    if (c == '=')
      ++padding;
    else if (padding > 0 || !(is_letter(c) || is_digit(c) || c == '+' || c == '/'))
      return false;
    else
      ++digits;
  }
  return padding <= 2 && (digits + padding) % 4 == 0;
}

bool is_sha1(std::string_view text) noexcept {
  const auto hexadecimal = [](char c) {
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
  };
  return (text.size() == 40 && std::ranges::all_of(text, hexadecimal)) ||
         (text.size() == 28 && text.ends_with('=') && is_base64(text));
}

std::string to_string(const date_time& t) {
  auto text = format_rfc3339(std::chrono::floor<std::chrono::seconds>(t.at), t.offset);
  if (t.offset.count() == 0) text[text.size() - 6] = '-';
  return text;
}

result<date_time> parse_date_time(std::string_view text) {
  const error bad{
      errc::rule,
      "A time reads like 2025-09-01T05:00:00+07:00, with a numeric offset, without Z and "
      "without fractions of a second; UTC is -00:00.",
      {}};
  // "YYYY-MM-DDThh:mm:ss" and "+hh:mm"
  if (text.size() != 25 || text[10] != 'T' || (text[19] != '+' && text[19] != '-') ||
      text.ends_with("+00:00") || text.substr(17, 2) == "60")
    return bad;
  const auto at = parse_rfc3339(text);
  if (!at) return bad;
  const auto digit = [&](std::size_t i) { return text[i] - '0'; };
  auto offset =
      std::chrono::minutes((digit(20) * 10 + digit(21)) * 60 + digit(23) * 10 + digit(24));
  if (offset > std::chrono::hours(14)) return bad;
  if (text[19] == '-') offset = -offset;
  return date_time{*at, offset};
}

std::string to_string(const reference& r) {
  return r.sender + "," + r.identifier + "," + to_string(r.sent);
}

result<reference> parse_reference(std::string_view text) {
  const error bad{errc::rule, "A reference reads sender,identifier,sent.", {}};
  const auto first = text.find(',');
  const auto second = text.find(',', first == std::string_view::npos ? first : first + 1);
  if (second == std::string_view::npos) return bad;
  reference r{std::string(text.substr(0, first)),
              std::string(text.substr(first + 1, second - first - 1)),
              {}};
  const auto sent = parse_date_time(text.substr(second + 1));
  if (r.sender.empty() || r.identifier.empty()) return bad;
  if (!sent) return error{errc::rule, bad.detail + " " + sent.error().detail, {}};
  r.sent = *sent;
  return r;
}

} // namespace loa::model::cap
