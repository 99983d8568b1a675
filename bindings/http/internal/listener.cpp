#include <bindings/http/internal/listener.hpp>

#include <boost/asio/ip/address.hpp>
#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>

namespace loa::http {

namespace {

constexpr int accepts_in_a_row = 64;
/// How long to wait when the system has no descriptor or memory to give.
constexpr auto pause_without_resources = std::chrono::milliseconds(100);

/// What limits count by: an IPv4 address (in IPv6's form as well), or the network of an IPv6 one.
std::uint64_t origin_of(const sockaddr_storage& peer) {
  if (peer.ss_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &peer, sizeof v4);
    return ntohl(v4.sin_addr.s_addr);
  }
  sockaddr_in6 v6{};
  std::memcpy(&v6, &peer, sizeof v6);
  const auto* octets = v6.sin6_addr.s6_addr;
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr);
  return from_big_endian({reinterpret_cast<const char*>(octets) + (mapped ? 8 : 0), 8}) &
         (mapped ? 0xffffffffULL : ~0ULL);
}

} // namespace

result<endpoint_address> read_address(std::string_view text) {
  const error bad{
      errc::malformed,
      fmt::format("\"{}\" is no address to listen on; it reads like 127.0.0.1:8135 or [::1]:8135.",
                  text),
      {}};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  auto host = text.substr(0, colon);
  if (host.starts_with('[') != host.ends_with(']')) return bad;
  if (host.starts_with('[')) host = host.substr(1, host.size() - 2);
  if (host == "localhost") host = "127.0.0.1"; // RFC 6761, section 6.3
  const auto digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto [end, wrong] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  boost::system::error_code failure;
  const auto address = boost::asio::ip::make_address(std::string(host), failure);
  if (failure || wrong != std::errc() || end != digits.data() + digits.size() || digits.empty())
    return bad;
  return endpoint_address{{address, port}};
}

listener::listener(gateway& shared, std::vector<std::unique_ptr<worker>>& workers)
    : shared_(shared),
      workers_(workers),
      acceptor_(workers.front()->context().get_executor()),
      pause_(workers.front()->context()) {}

result<void> listener::open(const endpoint_address& where) {
  boost::system::error_code failure;
  const auto try_to = [&](auto step) {
    if (!failure) step();
  };
  acceptor_.open(where.at.protocol(), failure);
  try_to([&] { acceptor_.set_option(acceptor::reuse_address(true), failure); });
  // Accepted sockets inherit it. It bounds what the kernel keeps for a client that does not read.
  try_to([&] {
    acceptor_.set_option(boost::asio::socket_base::send_buffer_size(
                             static_cast<int>(shared_.options.limits.send_buffer)),
                         failure);
  });
  try_to([&] { acceptor_.bind(where.at, failure); });
  try_to([&] { acceptor_.listen(shared_.options.backlog, failure); });
  try_to([&] { acceptor_.native_non_blocking(true, failure); });
  if (failure)
    return error{errc::unavailable,
                 fmt::format("Cannot listen on {}:{}: {}.", where.at.address().to_string(),
                             where.at.port(), failure.message()),
                 {}};
  port_ = acceptor_.local_endpoint().port();
  return {};
}

void listener::start() {
  boost::asio::post(acceptor_.get_executor(), [this] { wait(); });
}

void listener::stop() {
  boost::asio::post(acceptor_.get_executor(), [this] {
    boost::system::error_code ignored;
    acceptor_.close(ignored);
    pause_.cancel();
  });
}

void listener::wait() {
  if (!acceptor_.is_open()) return;
  acceptor_.async_wait(acceptor::wait_read, [this](const auto& failure) {
    if (!failure) accept_some();
  });
}

void listener::accept_some() {
  for (int i = 0; i < accepts_in_a_row && acceptor_.is_open(); ++i) {
    sockaddr_storage peer{};
    socklen_t size = sizeof peer;
    const auto socket = ::accept4(acceptor_.native_handle(), reinterpret_cast<sockaddr*>(&peer),
                                  &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket >= 0) {
      admit(socket, peer.ss_family == AF_INET6, origin_of(peer));
      continue;
    }
    if (errno == EINTR || errno == ECONNABORTED || errno == EPROTO) continue;
    if (errno == EAGAIN || errno == EWOULDBLOCK) break;
    // The backlog keeps them meanwhile; without a pause this would spin.
    shared_.log.write(log_level::warning, "http", "Connections cannot be accepted",
                      {{"why", std::strerror(errno)}});
    pause_.expires_after(pause_without_resources);
    return pause_.async_wait([this](const auto& failure) {
      if (!failure) wait();
    });
  }
  wait();
}

void listener::admit(int socket, bool v6, std::uint64_t from) {
  const auto verdict = shared_.ledger.admit(from);
  if (verdict != connection_ledger::verdict::admitted) return turn_away(socket, verdict);
  auto& to = *workers_[next_++ % workers_.size()];
  accepted_socket accepted(socket, v6, from, shared_.ledger);
  if (&to == workers_.front().get()) return to.adopt(std::move(accepted));
  boost::asio::post(to.context(),
                    [&to, a = std::move(accepted)]() mutable { to.adopt(std::move(a)); });
}

void listener::turn_away(int socket, connection_ledger::verdict why) {
  shared_.figures.refused.add();
  if (!shared_.tls.load()) {
    const bool from_there = why == connection_ledger::verdict::too_many_from_there;
    std::string text;
    append(text,
           from_there
               ? response::problem({errc::too_many, "Too many connections from your address.", {}})
               : response::problem({errc::unavailable, "Too many connections.", {}}),
           workers_.front()->date(), false, then::close);
    [[maybe_unused]] const auto n =
        ::send(socket, text.data(), text.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    ::shutdown(socket, SHUT_WR);
  }
  ::close(socket);
}

} // namespace loa::http
