// The parts of the client that need no connection.
#include <bindings/cli/http_client.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>

namespace loa::cli {

namespace {

errc code_of(int status) {
  switch (status) {
  case 400:
    return errc::malformed;
  case 401:
    return errc::unauthenticated;
  case 403:
    return errc::forbidden;
  case 404:
    return errc::not_found;
  case 409:
    return errc::conflict;
  case 413:
    return errc::too_large;
  case 415:
    return errc::unsupported;
  case 422:
    return errc::rule;
  case 429:
    return errc::too_many;
  case 503:
    return errc::unavailable;
  default:
    return errc::internal;
  }
}

std::string text_member(const nlohmann::json& object, const char* key) {
  const auto at = object.find(key);
  return at != object.end() && at->is_string() ? at->get<std::string>() : std::string{};
}

} // namespace

result<node_url> node_url::parse(std::string_view text) {
  const error wrong{
      errc::malformed,
      fmt::format("\"{}\" is not the address of a node, such as http://127.0.0.1:8135 or "
                  "https://loa.example:8135.",
                  text),
      {}};
  node_url url;
  auto rest = text;
  if (rest.starts_with("https://")) {
    url.tls = true;
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
  } else {
    return wrong;
  }
  while (rest.ends_with('/')) rest.remove_suffix(1);
  const auto host_end = rest.starts_with('[') ? rest.find(']') : rest.find(':');
  if (rest.starts_with('[') && host_end == std::string_view::npos) return wrong;
  const auto colon = rest.find(':', rest.starts_with('[') ? host_end : 0);
  auto host = rest.substr(0, colon);
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (host.empty() || host.find_first_of("/@?# ") != std::string_view::npos) return wrong;
  url.host = host;
  if (colon != std::string_view::npos) {
    const auto port = rest.substr(colon + 1);
    const auto* end = port.data() + port.size();
    const auto [at, failed] = std::from_chars(port.data(), end, url.port);
    if (failed != std::errc{} || at != end || url.port == 0) return wrong;
  }
  return url;
}

std::string node_url::str() const {
  const bool six = host.find(':') != std::string::npos;
  return fmt::format("{}://{}{}{}:{}", tls ? "https" : "http", six ? "[" : "", host, six ? "]" : "",
                     port);
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (unsigned char c : text) {
    if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '-' ||
        c == '.' || c == '_' || c == '~')
      out += static_cast<char>(c);
    else
      out += fmt::format("%{:02X}", c);
  }
  return out;
}

error problem_of(const http_answer& answer) {
  error e{code_of(answer.status), {}, {}};
  const auto body = nlohmann::json::parse(answer.body, nullptr, false);
  if (body.is_object()) {
    e.detail = text_member(body, "detail");
    if (e.detail.empty()) e.detail = text_member(body, "title");
    e.pointer = text_member(body, "pointer");
  }
  if (e.detail.empty()) e.detail = fmt::format("The node answered with status {}.", answer.status);
  return e;
}

} // namespace loa::cli
