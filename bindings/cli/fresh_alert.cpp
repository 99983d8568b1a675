#include <bindings/cli/fresh_alert.hpp>

#include <fmt/format.h>

#include <array>
#include <optional>

namespace loa::cli {

namespace {

constexpr std::array<std::string_view, 4> timed{"sent", "effective", "onset", "expires"};

/// Where the text of the next element of that name stands, from `at` on.
struct span {
  std::size_t begin;
  std::size_t end;
};
std::optional<span> next_element(bytes_view xml, std::string_view name, std::size_t at) {
  const auto open = fmt::format("<{}>", name);
  const auto begin = xml.find(open, at);
  if (begin == bytes_view::npos) return std::nullopt;
  const auto end = xml.find(fmt::format("</{}>", name), begin);
  if (end == bytes_view::npos) return std::nullopt;
  return span{begin + open.size(), end};
}

} // namespace

result<bytes> alert_as_new(bytes_view xml, instant now, random_source& random) {
  const auto sent_at = next_element(xml, "sent", 0);
  if (!sent_at) return error{errc::malformed, "The alert has no element <sent>.", "/alert/sent"};
  const auto sent = parse_rfc3339(xml.substr(sent_at->begin, sent_at->end - sent_at->begin));
  if (!sent) return error{errc::malformed, sent.error().detail, "/alert/sent"};
  // CAP writes whole seconds.
  const auto shift = std::chrono::floor<std::chrono::seconds>(now) - *sent;

  bytes out(xml);
  for (const auto element : timed) {
    for (std::size_t at = 0; const auto found = next_element(out, element, at);) {
      const auto text = out.substr(found->begin, found->end - found->begin);
      const auto t = parse_rfc3339(text);
      if (!t) return error{errc::malformed, t.error().detail, fmt::format("/alert//{}", element)};
      const auto moved = format_rfc3339(*t + shift);
      out.replace(found->begin, text.size(), moved);
      at = found->begin + moved.size();
    }
  }
  if (const auto id = next_element(out, "identifier", 0))
    out.insert(id->end, "-" + random_id(random, 8));
  return out;
}

result<bytes> fresh_alert(bytes_view xml, const path& unit, instant now, random_source& random) {
  auto out = alert_as_new(xml, now, random);
  if (!out) return out;
  constexpr std::string_view geocode = "<valueName>unit</valueName>";
  for (auto at = out->find(geocode); at != bytes::npos; at = out->find(geocode, at + 1))
    if (const auto value = next_element(*out, "value", at))
      out->replace(value->begin, value->end - value->begin, unit.str());
  return out;
}

} // namespace loa::cli
