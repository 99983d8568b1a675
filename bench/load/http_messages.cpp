#include <bench/load/http_messages.hpp>

#include <fmt/format.h>

#include <cstdlib>

namespace loa::bench {

std::string post_request(std::string_view target, std::string_view type, std::string_view token,
                         std::string_view body) {
  std::string authorization;
  if (!token.empty()) authorization = fmt::format("Authorization: Bearer {}\r\n", token);
  return fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Type: {}\r\n"
                     "Content-Length: {}\r\n\r\n{}",
                     target, authorization, type, body.size(), body);
}

std::string upgrade_request(std::string_view target) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: bG91ZHNwZWFrZXJzLi4uLg==\r\n"
                     "Sec-WebSocket-Version: 13\r\n\r\n",
                     target);
}

std::optional<http_message> whole_message(std::string_view in) {
  const auto end = in.find("\r\n\r\n");
  if (end == std::string_view::npos) return std::nullopt;
  std::string head(in.substr(0, end + 2));
  for (char& c : head)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  http_message out;
  if (head.starts_with("http/1.1 ")) out.status = std::atoi(head.c_str() + 9);
  const auto length = head.find("\r\ncontent-length:");
  const std::size_t octets =
      length == std::string::npos ? 0 : std::strtoul(head.c_str() + length + 17, nullptr, 10);
  out.octets = end + 4 + octets;
  if (in.size() < out.octets) return std::nullopt;
  out.head = in.substr(0, end + 4);
  out.body = in.substr(end + 4, octets);
  return out;
}

} // namespace loa::bench
