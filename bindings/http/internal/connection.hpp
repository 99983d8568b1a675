#pragma once

#include <bindings/http/internal/mailbox.hpp>
#include <bindings/http/internal/outbox.hpp>
#include <bindings/http/internal/tls.hpp>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <memory>

namespace loa::http {

class worker;
class connection;
using tcp_socket =
    boost::asio::basic_stream_socket<boost::asio::ip::tcp, boost::asio::io_context::executor_type>;
using steady_time = std::chrono::steady_clock::time_point;

/// What is spoken on a connection: HTTP (http_side.hpp), then perhaps WebSocket (stream_side.hpp).
/// All calls come on the connection's thread.
class protocol {
public:
  virtual ~protocol() = default;
  /// It took over from another protocol.
  virtual void on_begin() {}
  /// Octets from the client.
  virtual void on_data(std::string_view data) = 0;
  /// The client sends no more.
  virtual void on_end() = 0;
  /// What waited has gone out.
  virtual void on_sent() {}
  /// The time that `connection::set_deadline` set has come.
  virtual void on_deadline(steady_time now) = 0;
  /// The server wants to end; finish what is under way.
  virtual void on_drain() = 0;
  /// The connection is gone.
  virtual void on_gone() {}
  /// False while no more octets should be read.
  [[nodiscard]] virtual bool wants_data() const { return true; }
};

/// One client's socket, with or without TLS. Lives on one thread and is owned by its worker.
///
/// Octets are read into the worker's buffer when the socket is readable, and written at once as far
/// as the socket takes them; so a connection that waits owns no buffer.
class connection {
public:
  connection(worker& home, connection_id id, tcp_socket socket, std::uint64_t from,
             const tls_context* tls);
  ~connection();
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;

  /// Begins to speak HTTP, after the TLS handshake if there is one.
  void start();

  [[nodiscard]] connection_id id() const noexcept { return id_; }
  /// Where it comes from, as limits count: an IPv4 address or an IPv6 network.
  [[nodiscard]] std::uint64_t from() const noexcept { return from_; }
  [[nodiscard]] worker& home() noexcept { return home_; }
  [[nodiscard]] protocol* speaks() noexcept { return protocol_.get(); }
  [[nodiscard]] bool ended() const noexcept { return ended_; }
  [[nodiscard]] const outbox& unsent() const noexcept { return outbox_; }
  [[nodiscard]] bool secure() const noexcept { return tls_ != nullptr; }

  // For the protocol.
  void send(shared_text chunk);
  /// Keeps what is sent until let_go(): what goes out together costs one system call, not many.
  void hold() noexcept { held_ = true; }
  void let_go();
  /// Drops what has not begun to go out.
  void forget_unsent() { outbox_.keep_first(); }
  void set_deadline(steady_time t);
  /// Speaks `next` from now on, beginning with what is left of the present data.
  void become(std::unique_ptr<protocol> next, std::string_view rest);
  /// Sends what waits, gives the client a moment to read it, and ends.
  void finish();
  /// Ends now.
  void end() noexcept { ended_ = true; }
  /// Reads on after `wants_data` was false.
  void resume();

  // For the worker.
  void on_readable();
  void on_writable();
  void on_deadline(steady_time now);
  void drain();
  /// Changes to the next protocol, if one was announced; after every event.
  void settle();

private:
  void handshake();
  void read();
  bool consume(const io_step& step);
  void flush();
  void arm_read();
  void arm_write();
  void linger();
  [[nodiscard]] io_step read_some(char* to, std::size_t most);
  [[nodiscard]] io_step write_some(std::string_view data);
  [[nodiscard]] io_step write_unsent();
  void wait_for_room();

  worker& home_;
  const connection_id id_;
  const std::uint64_t from_;
  tcp_socket socket_;
  std::unique_ptr<tls_session> tls_;
  std::unique_ptr<protocol> protocol_;
  std::unique_ptr<protocol> next_;
  std::string rest_;
  outbox outbox_;
  steady_time deadline_ = steady_time::max();       // the protocol's
  steady_time write_deadline_ = steady_time::max(); // while something waits to go out
  std::uint32_t discarded_ = 0;
  bool handshaking_ = false;
  bool reading_ = false; // a wait for octets is under way
  bool writing_ = false; // a wait for room is under way
  bool held_ = false;    // what is sent waits for let_go()
  bool peer_ended_ = false;
  bool finishing_ = false;
  bool lingering_ = false;
  bool ended_ = false;
};

} // namespace loa::http
