#pragma once

#include <loa/net/caf_transport.hpp>
#include <loa/net/internal/listener.hpp>
#include <loa/net/internal/log_limit.hpp>
#include <loa/net/internal/resolver.hpp>
#include <loa/net/internal/tcp_call.hpp>
#include <loa/net/internal/tls_line.hpp>

#include <map>
#include <set>

namespace loa::net {

/// All lines of a transport, and their deadlines. For the loop's thread.
class line_table final : public line_host {
public:
  /// Gives the certificates that count now.
  using current_context = std::function<std::shared_ptr<const tls_context>()>;

  line_table(event_loop& loop, const caf_transport_options& options, current_context context,
             transport_events& events);

  void listen(descriptor socket);
  [[nodiscard]] line_id connect(std::string_view address);
  void send(line_id line, bytes_view chunk);
  void close(line_id line);
  void wake_at(instant at);

  void on_timer();
  /// Tells nothing more, and ends the loop when what was sent is gone or the time for that is over.
  void wind_up();

  void on_line_open(line_id line) override;
  void on_line_chunk(line_id line, bytes chunk) override;
  void on_line_over(line_id line, const std::string& why) override;

private:
  /// A line is looked up, called, in TLS or closing; it has what belongs to that.
  struct entry {
    bool ours = false;
    bool told = false;   ///< Whoever uses us knows the line and did not close it.
    std::string address; ///< As it was given, or the caller's without the port.
    std::shared_ptr<tcp_call> call;
    std::shared_ptr<tls_line> line;
    instant until;                ///< When it is given up as it is now.
    std::optional<instant> timer; ///< What stands in `timers_`.
  };

  void call(line_id line);
  void call(line_id line, std::vector<socket_address> to);
  void take_caller(std::shared_ptr<watch> socket, const socket_address& from);
  void begin_tls(line_id line, entry& e, std::shared_ptr<watch> socket, tls_role role);
  void set_timer(line_id line, entry& e, std::optional<instant> at);
  void on_deadline(line_id line, entry& e);
  /// Ends a line and tells whoever must know.
  void end(line_id line, const std::string& why);
  /// Drops all that belongs to a line; tells nobody.
  entry forget(line_id line);
  void log_stranger(const std::string& address, std::string_view why);

  event_loop& loop_;
  const caf_transport_options& options_;
  current_context context_;
  transport_events* events_; ///< Null when nothing more is told.
  resolver resolver_;
  std::shared_ptr<listener> listener_;

  line_id last_ = 0;
  std::map<line_id, entry> lines_;
  std::set<std::pair<instant, line_id>> timers_;
  std::set<line_id> strangers_; ///< Who called and has not proved himself, the oldest first.
  std::size_t accepted_ = 0;    ///< Lines that others opened, once they were told.
  std::optional<instant> alarm_;
  log_limit log_limit_;
};

} // namespace loa::net
