#include <bindings/http/internal/message.hpp>

#include <fmt/format.h>

#include <iterator>

namespace loa::http {

std::string_view to_string(method m) noexcept {
  switch (m) {
  case method::get:
    return "GET";
  case method::post:
    return "POST";
  case method::put:
    return "PUT";
  case method::erase:
    return "DELETE";
  case method::head:
    return "HEAD";
  case method::options:
    return "OPTIONS";
  case method::other:
    break;
  }
  return "?";
}

response response::problem(int status, const error& why) {
  response r{status, std::string(problem_type), problem_body(status, why), {}, false};
  if (status == 503 || status == 429) r.fields.emplace_back("Retry-After", "1");
  if (status == 401)
    r.fields.emplace_back("WWW-Authenticate", R"(Bearer realm="loa")"); // RFC 6750, section 3
  return r;
}

void append(std::string& to, const response& r, std::string_view date, bool without_body,
            then what_then) {
  auto out = std::back_inserter(to);
  fmt::format_to(out, "HTTP/1.1 {} {}\r\nDate: {}\r\n", r.status, reason_of(r.status), date);
  if (!r.type.empty()) fmt::format_to(out, "Content-Type: {}\r\n", r.type);
  // RFC 9110, section 8.6: none with 1xx and 204.
  if (r.status >= 200 && r.status != 204)
    fmt::format_to(out, "Content-Length: {}\r\n", r.body.size());
  for (const auto& [name, value] : r.fields) fmt::format_to(out, "{}: {}\r\n", name, value);
  if (what_then == then::close) to += "Connection: close\r\n";
  if (what_then == then::keep_alive) to += "Connection: keep-alive\r\n";
  to += "\r\n";
  if (!without_body) to += r.body;
}

} // namespace loa::http
