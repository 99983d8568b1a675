#include <bench/load/http_messages.hpp>
#include <bench/load/socket.hpp>

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>

namespace loa::bench {

namespace {

/// The header field of a token; nothing without one.
std::string authorization(std::string_view token) {
  return token.empty() ? std::string() : fmt::format("Authorization: Bearer {}\r\n", token);
}

std::string request(std::string_view method, std::string_view target, std::string_view type,
                    std::string_view token, std::string_view body) {
  return fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Type: {}\r\n"
                     "Content-Length: {}\r\n\r\n{}",
                     method, target, authorization(token), type, body.size(), body);
}

} // namespace

std::string post_request(std::string_view target, std::string_view type, std::string_view token,
                         std::string_view body) {
  return request("POST", target, type, token, body);
}

std::string other_request(std::string_view method, std::string_view target, std::string_view token,
                          std::string_view body) {
  return request(method, target, "application/json", token, body);
}

std::string get_request(std::string_view target, std::string_view token) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}\r\n", target, authorization(token));
}

std::string upgrade_request(std::string_view target, std::string_view token) {
  return fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Upgrade: websocket\r\n"
                     "Connection: Upgrade\r\nSec-WebSocket-Key: bG91ZHNwZWFrZXJzLi4uLg==\r\n"
                     "Sec-WebSocket-Version: 13\r\n\r\n",
                     target, authorization(token));
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

int status_of_get(std::uint16_t port, std::string_view target, std::uint32_t host) {
  constexpr int patience_ms = 1000;
  auto socket = begin_connect(host, port, 1);
  if (!socket) return 0;
  pollfd p{socket->get(), POLLOUT, 0};
  if (::poll(&p, 1, patience_ms) <= 0 || (p.revents & (POLLERR | POLLHUP)) != 0) return 0;
  const auto request = fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target);
  if (const auto sent = send_some(*socket, request); !sent || *sent != request.size()) return 0;
  std::string in;
  for (p.events = POLLIN; ::poll(&p, 1, patience_ms) > 0;) {
    std::array<char, 4096> buffer;
    const auto n = ::recv(socket->get(), buffer.data(), buffer.size(), 0);
    if (n <= 0) return 0;
    in.append(buffer.data(), static_cast<std::size_t>(n));
    if (const auto answer = whole_message(in)) return answer->status;
  }
  return 0;
}

} // namespace loa::bench
