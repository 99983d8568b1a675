#include <loa/net/internal/endpoint.hpp>

#include <charconv>

namespace loa::net {

namespace {

constexpr std::size_t longest_host = 253; // RFC 1035, section 2.3.4

} // namespace

result<endpoint> parse_endpoint(std::string_view text) {
  const error bad{errc::malformed,
                  "\"" + std::string(text.substr(0, 300)) +
                      "\" is no address: write HOST:PORT, or [IPv6]:PORT.",
                  {}};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  if (host.starts_with('[') && host.ends_with(']'))
    host = host.substr(1, host.size() - 2);
  else if (host.find(':') != std::string_view::npos)
    return bad;
  if (host.empty() || host.size() > longest_host || host.find('\0') != std::string_view::npos)
    return bad;
  std::uint16_t port = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (failed != std::errc() || end != digits.data() + digits.size()) return bad;
  return endpoint{std::string(host), port};
}

std::string to_string(const endpoint& e) {
  const bool v6 = e.host.find(':') != std::string::npos;
  return (v6 ? "[" + e.host + "]" : e.host) + ":" + std::to_string(e.port);
}

} // namespace loa::net
