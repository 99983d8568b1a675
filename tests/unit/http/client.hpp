#pragma once

#include <bindings/http/internal/frame.hpp>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

/// A blocking client on a plain socket that may do everything wrong. Nothing waits longer than the
/// receive time-out, which counts as a failed test.
namespace loa::http::test {

struct answer {
  int status = 0;
  std::map<std::string, std::string> fields; ///< Names in lower case.
  std::string body;
  [[nodiscard]] nlohmann::json json() const { return nlohmann::json::parse(body); }
  [[nodiscard]] std::string field(const std::string& name) const {
    const auto at = fields.find(name);
    return at == fields.end() ? "" : at->second;
  }
};

class client {
public:
  explicit client(std::uint16_t port, int receive_buffer = 0)
      : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    const timeval patience{10, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (receive_buffer > 0)
      ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof receive_buffer);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) != 0)
      throw std::runtime_error("cannot connect");
  }
  client(client&& o) noexcept : socket_(std::exchange(o.socket_, -1)), in_(std::move(o.in_)) {}
  client(const client&) = delete;
  client& operator=(const client&) = delete;
  ~client() { close(); }

  void close() {
    if (socket_ >= 0) ::close(std::exchange(socket_, -1));
  }
  void half_close() { ::shutdown(socket_, SHUT_WR); }

  /// False if the peer has closed.
  bool send(std::string_view data) {
    while (!data.empty()) {
      const auto n = ::send(socket_, data.data(), data.size(), MSG_NOSIGNAL);
      if (n <= 0) return false;
      data.remove_prefix(static_cast<std::size_t>(n));
    }
    return true;
  }

  answer read_answer(bool without_body = false) {
    while (in_.find("\r\n\r\n") == std::string::npos)
      if (!more()) throw std::runtime_error("the connection ended before an answer: " + in_);
    const auto end = in_.find("\r\n\r\n");
    answer a;
    a.status = std::stoi(in_.substr(9, 3));
    for (std::size_t at = in_.find("\r\n") + 2; at < end + 2;) {
      const auto line_end = in_.find("\r\n", at);
      const auto line = in_.substr(at, line_end - at);
      const auto colon = line.find(": ");
      std::string name = line.substr(0, colon);
      for (auto& c : name) c = static_cast<char>(std::tolower(c));
      a.fields[name] = line.substr(colon + 2);
      at = line_end + 2;
    }
    in_.erase(0, end + 4);
    const auto length = a.field("content-length");
    const auto size = without_body || length.empty() ? 0 : std::stoul(length);
    while (in_.size() < size)
      if (!more()) throw std::runtime_error("the connection ended within a body");
    a.body = in_.substr(0, size);
    in_.erase(0, size);
    return a;
  }

  /// One server frame: opcode and payload. Nothing if the connection has ended.
  std::optional<std::pair<opcode, std::string>> read_frame() {
    if (!need(2)) return std::nullopt;
    const auto what = static_cast<opcode>(in_[0] & 0x0f);
    std::size_t length = static_cast<std::uint8_t>(in_[1]);
    std::size_t head = 2;
    if (length >= 126) {
      const std::size_t octets = length == 126 ? 2 : 8;
      if (!need(2 + octets)) return std::nullopt;
      length = 0;
      for (std::size_t i = 0; i < octets; ++i)
        length = length << 8 | static_cast<std::uint8_t>(in_[2 + i]);
      head += octets;
    }
    if (!need(head + length)) return std::nullopt;
    auto payload = in_.substr(head, length);
    in_.erase(0, head + length);
    return std::pair(what, std::move(payload));
  }

  /// The next frame that is no ping.
  std::optional<std::pair<opcode, std::string>> read_message() {
    auto f = read_frame();
    while (f && f->first == opcode::ping) f = read_frame();
    return f;
  }
  /// The status code of the close frame that must come now, or 0.
  int read_close(std::string* reason = nullptr) {
    for (auto f = read_frame(); f; f = read_frame()) {
      if (f->first != opcode::close) continue;
      if (reason) *reason = f->second.substr(2);
      return static_cast<std::uint8_t>(f->second[0]) << 8 | static_cast<std::uint8_t>(f->second[1]);
    }
    return 0;
  }

  /// Everything until the peer closes.
  std::string read_to_end() {
    while (more()) {
    }
    return std::exchange(in_, {});
  }
  /// True if the peer closes in an orderly way or otherwise, with nothing further to read.
  bool ended() { return in_.empty() && !more(); }

  void send_frame(opcode what, std::string_view payload, bool last = true, bool masked = true,
                  int reserved = 0) {
    std::string f;
    f += static_cast<char>((last ? 0x80 : 0) | reserved << 4 | static_cast<int>(what));
    const int mask = masked ? 0x80 : 0;
    if (payload.size() < 126) {
      f += static_cast<char>(mask | static_cast<int>(payload.size()));
    } else if (payload.size() <= 0xffff) {
      f += static_cast<char>(mask | 126);
      f += static_cast<char>(payload.size() >> 8);
      f += static_cast<char>(payload.size());
    } else {
      f += static_cast<char>(mask | 127);
      for (int shift = 56; shift >= 0; shift -= 8)
        f += static_cast<char>(static_cast<std::uint64_t>(payload.size()) >> shift);
    }
    static constexpr char key[] = {0x12, 0x34, 0x56, 0x78};
    if (masked) f.append(key, 4);
    for (std::size_t i = 0; i < payload.size(); ++i)
      f += masked ? static_cast<char>(payload[i] ^ key[i % 4]) : payload[i];
    send(f);
  }
  void say(std::string_view text) { send_frame(opcode::text, text); }

private:
  bool need(std::size_t n) {
    while (in_.size() < n)
      if (!more()) return false;
    return true;
  }
  bool more() {
    char block[16384];
    const auto n = ::recv(socket_, block, sizeof block, 0);
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
      throw std::runtime_error("nothing came in ten seconds");
    if (n <= 0) return false;
    in_.append(block, static_cast<std::size_t>(n));
    return true;
  }

  int socket_;
  std::string in_;
};

} // namespace loa::http::test
