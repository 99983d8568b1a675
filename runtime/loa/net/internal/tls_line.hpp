#pragma once

#include <loa/net/internal/chunk_framing.hpp>
#include <loa/net/internal/tls_channel.hpp>
#include <loa/net/internal/watch.hpp>
#include <loa/net/transport.hpp>

#include <memory>

namespace loa::net {

/// Who is told what happens on a line; never from within a call of its own to that line.
class line_host {
public:
  /// Both sides have accepted each other.
  virtual void on_line_open(line_id line) = 0;
  virtual void on_line_chunk(line_id line, bytes chunk) = 0;
  /// The last that is said of it, also if it was closed.
  virtual void on_line_over(line_id line, const std::string& why) = 0;

protected:
  ~line_host() = default;
};

/// One line from the connection on: TLS, a greeting, chunks, and the end. For the loop's thread; it
/// leaves and is buried in the loop.
///
/// The greeting comes from who was called, in TLS. In TLS 1.3 who calls is done before his
/// certificate was looked at; so he waits for it, and sends nothing before.
class tls_line final : public watcher, public std::enable_shared_from_this<tls_line> {
public:
  enum class phase { shaking, greeting, open, closing, over };

  /// The socket is connected. It is in the loop, but nobody watches it yet.
  tls_line(event_loop& loop, std::shared_ptr<watch> socket,
           std::shared_ptr<const tls_context> context, tls_role role, line_id id, line_host& host,
           std::size_t most_unsent_octets);

  void begin();
  /// Dropped if the line is not open. A chunk that may not be sent ends the line.
  void send(bytes_view chunk);
  /// Sends what was sent before, then says that nothing more comes, and is over when the other side
  /// says the same. What comes meanwhile is dropped.
  void close();
  /// Nothing more happens. It need not be over.
  void leave();

  [[nodiscard]] phase now() const noexcept { return phase_; }
  void on_ready() override;

private:
  void shake();
  void read();
  void took(bytes_view octets);
  void write();
  void end(const std::string& why);
  /// Does later what is to be done.
  void go_on();
  bool waits(tls_step step);

  event_loop& loop_;
  std::shared_ptr<watch> socket_;
  tls_channel channel_;
  tls_role role_;
  line_id id_;
  line_host& host_;
  std::size_t most_unsent_;

  phase phase_ = phase::shaking;
  bytes greeting_; ///< What came of it.
  chunk_reader reader_;
  bytes out_;
  std::size_t out_at_ = 0; ///< What stands before it is gone.
  std::string broken_;     ///< Why it must end, found within a call.
  bool going_on_ = false;
  bool wants_write_ = false;
  bool said_goodbye_ = false;
};

} // namespace loa::net
