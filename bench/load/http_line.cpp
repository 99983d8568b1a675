#include <bench/load/http_line.hpp>
#include <bench/load/http_messages.hpp>

#include <poll.h>
#include <sys/socket.h>

#include <array>

namespace loa::bench {

result<http_line> http_line::open(std::uint32_t host, std::uint16_t port) {
  auto socket = begin_connect(host, port, 1);
  if (!socket) return socket.error();
  return http_line(*std::move(socket));
}

result<http_line::answer> http_line::exchange(const std::string& request,
                                              std::chrono::seconds patience) {
  std::string_view left = request;
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (!left.empty()) {
      pollfd p{socket_.get(), POLLOUT, 0};
      if (::poll(&p, 1, 100) > 0) {
        const auto sent = send_some(socket_, left);
        if (!sent) return sent.error();
        left.remove_prefix(*sent);
      }
    } else if (pollfd p{socket_.get(), POLLIN, 0}; ::poll(&p, 1, 100) > 0) {
      std::array<char, 16'384> buffer;
      const auto n = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
      if (n <= 0) return error{errc::unavailable, "The server ended the connection.", {}};
      in_.append(buffer.data(), static_cast<std::size_t>(n));
      if (const auto m = whole_message(in_)) {
        answer out{m->status, std::string(m->body)};
        in_.erase(0, m->octets);
        return out;
      }
    }
    if (std::chrono::steady_clock::now() > until)
      return error{errc::timeout, "The server did not answer in time.", {}};
  }
}

} // namespace loa::bench
