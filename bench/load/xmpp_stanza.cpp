#include <bench/load/protocol.hpp>
#include <bench/load/xmpp_stanza.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

constexpr auto none = std::string_view::npos;

/// The end of the tag that begins at `at`, behind its '>'; a quoted '>' does not end it.
std::size_t end_of_tag(std::string_view in, std::size_t at) {
  char quote = 0;
  for (; at < in.size(); ++at) {
    const char c = in[at];
    if (quote != 0)
      quote = c == quote ? '\0' : quote;
    else if (c == '\'' || c == '"')
      quote = c;
    else if (c == '>')
      return at + 1;
  }
  return none;
}

/// The end of the element that begins at `at`, which may have others within.
std::size_t end_of_element(std::string_view in, std::size_t at) {
  for (int depth = 0;;) {
    const auto end = end_of_tag(in, at);
    if (end == none) return none;
    if (in[at + 1] == '/')
      --depth;
    else if (in[end - 2] != '/')
      ++depth;
    if (depth <= 0) return end;
    at = in.find('<', end);
    if (at == none || at + 1 >= in.size()) return none;
  }
}

bool begins_element(std::string_view in, std::string_view name) {
  if (!in.starts_with('<') || in.substr(1, name.size()) != name) return false;
  const auto next = in.substr(0, name.size() + 2).back();
  return in.size() > name.size() + 1 && (next == ' ' || next == '>' || next == '/');
}

} // namespace

bool xmpp_stanza::is(std::string_view element) const {
  return begins_element(text, element);
}

std::string_view xmpp_stanza::attribute(std::string_view name) const {
  const auto tag = text.substr(0, end_of_tag(text, 0));
  const auto key = fmt::format(" {}=", name);
  const auto at = tag.find(key);
  if (at == none || at + key.size() + 1 >= tag.size()) return {};
  const auto value = tag.substr(at + key.size() + 1);
  const auto end = value.find(tag[at + key.size()]);
  return end == none ? std::string_view() : value.substr(0, end);
}

std::string_view xmpp_stanza::inside(std::string_view element) const {
  for (auto at = text.find('<'); at != none; at = text.find('<', at + 1)) {
    if (!begins_element(text.substr(at), element)) continue;
    const auto start = end_of_tag(text, at);
    const auto end = start == none ? none : text.find(fmt::format("</{}>", element), start);
    return end == none ? std::string_view() : text.substr(start, end - start);
  }
  return {};
}

result<std::optional<xmpp_stanza>> first_stanza(std::string_view in) {
  using nothing = std::optional<xmpp_stanza>;
  const error broken{
      errc::malformed,
      fmt::format("The XMPP server sends what cannot be: \"{}\".", in.substr(0, 100)),
      {}};
  // White space keeps a connection alive (section 4.6.1); the XML declaration says nothing here.
  auto at = in.find_first_not_of(" \t\r\n");
  if (at != none && in.substr(at).starts_with("<?")) {
    at = in.find("?>", at);
    if (at != none) at = in.find_first_not_of(" \t\r\n", at + 2);
  }
  if (at == none || at + 1 >= in.size()) {
    if (in.size() > longest_message) return broken;
    return nothing();
  }
  if (in[at] != '<') return broken;
  const auto rest = in.substr(at);
  const bool stream = rest.starts_with("<stream:stream") || rest.starts_with("</");
  const auto end = stream ? end_of_tag(rest, 0) : end_of_element(rest, 0);
  if ((end == none ? rest.size() : end) > longest_message) return broken;
  if (end == none) return nothing();
  return nothing(xmpp_stanza{rest.substr(0, end), at + end});
}

} // namespace loa::bench
