#pragma once

#include <bindings/http/internal/worker.hpp>

#include <boost/asio/basic_socket_acceptor.hpp>

namespace loa::http {

/// Where to listen.
struct endpoint_address {
  boost::asio::ip::tcp::endpoint at;
  [[nodiscard]] bool loopback() const { return at.address().is_loopback(); }
};
/// Reads "ADDRESS:PORT" or "[ADDRESS]:PORT"; addresses only, no names.
[[nodiscard]] result<endpoint_address> read_address(std::string_view text);

/// Takes connections on one worker's thread and hands them to all workers in turn.
class listener {
public:
  listener(gateway& shared, std::vector<std::unique_ptr<worker>>& workers);

  [[nodiscard]] result<void> open(const endpoint_address& where);
  [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
  /// Begins to accept; from any thread.
  void start();
  /// Stops accepting and gives the port free; from any thread, before the workers stop.
  void stop();

private:
  using acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp,
                                                      boost::asio::io_context::executor_type>;
  void wait();
  void accept_some();
  void admit(int socket, bool v6, std::uint64_t from);
  void turn_away(int socket, connection_ledger::verdict why);

  gateway& shared_;
  std::vector<std::unique_ptr<worker>>& workers_;
  acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::uint16_t port_ = 0;
  std::size_t next_ = 0;
};

} // namespace loa::http
