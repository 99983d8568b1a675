#include <bindings/http/internal/http_side.hpp>

#include <boost/beast/core/string.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace loa::http {

using boost::beast::http::field;

namespace {

using header = boost::beast::http::fields;

response wrong(const char* why) {
  return response::problem({errc::malformed, why, {}});
}

std::string_view without_blanks(std::string_view s) {
  constexpr std::string_view blanks = " \t";
  const auto begin = std::min(s.find_first_not_of(blanks), s.size());
  return s.substr(begin, s.find_last_not_of(blanks) + 1 - begin);
}

bool is_chunked(std::string_view coding) {
  return boost::beast::iequals({coding.data(), coding.size()}, "chunked");
}

/// The codings of all Transfer-Encoding fields, in their order.
std::vector<std::string> codings_of(const header& head) {
  std::vector<std::string> codings;
  const auto [from, to] = head.equal_range(field::transfer_encoding);
  for (auto f = from; f != to; ++f) {
    std::string_view rest(f->value().data(), f->value().size());
    for (bool more = true; more;) {
      const auto comma = rest.find(',');
      codings.emplace_back(without_blanks(rest.substr(0, comma)));
      more = comma != std::string_view::npos;
      if (more) rest.remove_prefix(comma + 1);
    }
  }
  return codings;
}

} // namespace

// The parser takes a body with an encoding it does not know for none, and would read on with the
// body's octets as the next request (RFC 9112, sections 6.1 and 6.3).
std::optional<response> http_side::judge_length() {
  const auto& head = parser_->get();
  if (head.count(field::transfer_encoding) == 0) return std::nullopt;
  if (head.version() == 10) return wrong("Transfer-Encoding is not known in HTTP/1.0.");
  if (head.count(field::content_length) > 0)
    return wrong("A request has Content-Length or Transfer-Encoding, not both.");
  const auto codings = codings_of(head);
  const auto chunked = std::ranges::count_if(codings, is_chunked);
  if (chunked != 1 || !is_chunked(codings.back()))
    return wrong("The last Transfer-Encoding of a request must be chunked, and no other.");
  if (codings.size() > 1)
    return response::problem(
        501, {errc::unsupported, "The only Transfer-Encoding that is known here is chunked.", {}});
  return std::nullopt;
}

} // namespace loa::http
