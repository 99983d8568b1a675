#include <loa/model/text.hpp>

#include <fmt/format.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <vector>

namespace loa::model {

namespace {

/// One character from the front of `text`; -1 if there is no valid one, with one octet taken.
utf8proc_int32_t take_character(std::string_view& text) noexcept {
  utf8proc_int32_t c = -1;
  const auto n = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                  static_cast<utf8proc_ssize_t>(text.size()), &c);
  text.remove_prefix(n > 0 ? static_cast<std::size_t>(n) : 1);
  return n > 0 ? c : -1;
}

bool is_control(utf8proc_int32_t c) noexcept {
  return c < 0x20 || (c >= 0x7f && c <= 0x9f);
}

bool is_noncharacter(utf8proc_int32_t c) noexcept {
  return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

/// How many octets at the front are printable ASCII, which needs no closer look.
std::size_t plain_octets(std::string_view text) noexcept {
  const auto end = std::ranges::find_if_not(text, [](char c) { return c >= 0x20 && c < 0x7f; });
  return static_cast<std::size_t>(end - text.begin());
}

/// NFC of valid UTF-8.
std::string compose(std::string_view text) {
  if (std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; }))
    return std::string(text);
  utf8proc_uint8_t* out = nullptr;
  const auto n = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                              static_cast<utf8proc_ssize_t>(text.size()), &out,
                              static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(out, &std::free);
  if (n < 0) return std::string(text); // out of memory; what it was is still valid
  return {reinterpret_cast<const char*>(out), static_cast<std::size_t>(n)};
}

std::size_t width_of(utf8proc_int32_t c) noexcept {
  if (c < 0) return 1; // shown as one replacement character
  return static_cast<std::size_t>(std::max(0, utf8proc_charwidth(c)));
}

bool letters(std::string_view s) noexcept {
  return std::ranges::all_of(
      s, [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
}

bool digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

bool letters_or_digits(std::string_view s) noexcept {
  return std::ranges::all_of(s, [](char c) { return digit(c) || letters({&c, 1}); });
}

std::vector<std::string_view> subtags(std::string_view tag) {
  std::vector<std::string_view> out;
  for (std::size_t at = 0; at <= tag.size();) {
    const auto end = std::min(tag.find('-', at), tag.size());
    out.push_back(tag.substr(at, end - at));
    at = end + 1;
  }
  return out;
}

/// Section 2.1 of RFC 5646: language, script, region, variants, extensions, private use.
bool well_formed(const std::vector<std::string_view>& parts) {
  std::size_t i = 0;
  const auto at = [&](auto&& test) { return i < parts.size() && test(parts[i]); };
  const auto is_private = [](auto s) { return s == "x" || s == "X"; };
  const auto rest_is_private = [&] {
    return ++i < parts.size() &&
           std::all_of(parts.begin() + static_cast<std::ptrdiff_t>(i), parts.end(),
                       [](auto s) { return !s.empty() && s.size() <= 8 && letters_or_digits(s); });
  };
  if (at(is_private)) return rest_is_private();
  if (!at([](auto s) { return s.size() >= 2 && s.size() <= 8 && letters(s); })) return false;
  ++i;
  for (int extended = 0; extended < 3 && parts[0].size() <= 3 &&
                         at([](auto s) { return s.size() == 3 && letters(s); });
       ++extended)
    ++i;
  if (at([](auto s) { return s.size() == 4 && letters(s); })) ++i;
  if (at([](auto s) {
        return (s.size() == 2 && letters(s)) || (s.size() == 3 && std::ranges::all_of(s, digit));
      }))
    ++i;
  while (at([](auto s) {
    return letters_or_digits(s) &&
           ((s.size() >= 5 && s.size() <= 8) || (s.size() == 4 && digit(s[0])));
  }))
    ++i;
  while (at([&](auto s) { return s.size() == 1 && letters_or_digits(s) && !is_private(s); })) {
    const auto before = ++i;
    while (at([](auto s) { return s.size() >= 2 && s.size() <= 8 && letters_or_digits(s); })) ++i;
    if (i == before) return false;
  }
  if (at(is_private)) return rest_is_private();
  return i == parts.size();
}

} // namespace

bool valid_utf8(std::string_view text) noexcept {
  while (!text.empty())
    if (take_character(text) < 0) return false;
  return true;
}

result<std::string> clean_text(std::string_view text, const text_rule& rule) {
  // Normalising a hostile text first would cost more than its limit allows.
  if (text.size() / 4 > rule.most)
    return error{errc::too_large,
                 fmt::format("The text has {} octets; the limit is {}.", text.size(), rule.most),
                 {}};
  std::string plain;
  plain.reserve(text.size());
  for (auto rest = text; !rest.empty();) {
    if (const auto n = plain_octets(rest); n > 0) {
      plain.append(rest.substr(0, n));
      rest.remove_prefix(n);
      continue;
    }
    const auto before = rest;
    const auto c = take_character(rest);
    if (c < 0) return error{errc::malformed, "The text is not valid UTF-8.", {}};
    if (c == '\r' && rule.lines) {
      if (!rest.starts_with('\n')) plain += '\n';
      continue;
    }
    if ((is_control(c) && !(rule.lines && (c == '\n' || c == '\t'))) || is_noncharacter(c))
      return error{errc::rule,
                   fmt::format("The text contains the character U+{:04X}, which is not text.", c),
                   {}};
    plain.append(before.substr(0, before.size() - rest.size()));
  }
  auto composed = compose(plain);
  if (composed.size() > rule.most)
    return error{
        errc::too_large,
        fmt::format("The text has {} octets; the limit is {}.", composed.size(), rule.most),
        {}};
  if (composed.size() < rule.least) return error{errc::rule, "The text must not be empty.", {}};
  return composed;
}

std::string to_nfc(std::string_view text) {
  if (valid_utf8(text)) return compose(text);
  std::string repaired;
  while (!text.empty()) {
    const auto before = text;
    if (take_character(text) < 0)
      repaired += "\xef\xbf\xbd";
    else
      repaired.append(before.substr(0, before.size() - text.size()));
  }
  return compose(repaired);
}

std::size_t columns(std::string_view text) {
  std::size_t n = 0;
  while (!text.empty()) n += width_of(take_character(text));
  return n;
}

std::string fit(std::string_view text, std::size_t width, align where) {
  std::string shown;
  std::size_t taken = 0;
  std::size_t cut_at = 0; // where the ellipsis goes, if one is needed
  std::size_t cut_taken = 0;
  bool cut = false;
  while (!text.empty()) {
    const auto before = text;
    const auto c = take_character(text);
    const bool plain = c >= 0 && !is_control(c);
    const auto w = c >= 0 && is_control(c) ? 1 : width_of(c);
    if (taken + w > width) {
      cut = true;
      break;
    }
    if (plain)
      shown.append(before.substr(0, before.size() - text.size()));
    else
      shown += c < 0 ? "\xef\xbf\xbd" : " ";
    taken += w;
    if (taken + 1 <= width) {
      cut_at = shown.size();
      cut_taken = taken;
    }
  }
  if (cut && width > 0) {
    shown.resize(cut_at);
    shown += "…";
    taken = cut_taken + 1;
  }
  const std::string padding(width - std::min(width, taken), ' ');
  return where == align::left ? shown + padding : padding + shown;
}

bool is_language_tag(std::string_view tag) noexcept {
  if (tag.empty() || tag.size() > 35) return false;
  return well_formed(subtags(tag));
}

std::string canonical_language(std::string_view tag) {
  std::string out;
  bool after_singleton = false;
  for (const auto part : subtags(tag)) {
    if (!out.empty()) out += '-';
    const bool inner = !out.empty() && !after_singleton && letters(part);
    for (std::size_t i = 0; i < part.size(); ++i) {
      const bool upper = inner && (part.size() == 2 || (part.size() == 4 && i == 0));
      const auto c = static_cast<unsigned char>(part[i]);
      out += static_cast<char>(upper ? std::toupper(c) : std::tolower(c));
    }
    after_singleton = after_singleton || part.size() == 1;
  }
  return out;
}

} // namespace loa::model
