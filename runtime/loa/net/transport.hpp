#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>
#include <loa/base/time.hpp>

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

/// \file
/// How octets come from one node to another. A transport is a small event loop of one node: it has
/// lines to other nodes, a clock, a timer, and one thread on which everything that it tells
/// happens. Real nodes use `open_caf_transport` (caf_transport.hpp); a simulation brings one of its
/// own, with virtual time and faults.
///
/// A line carries chunks of octets both ways, whole, in order and at most once each, until it is
/// closed; what was under way then is lost. Which node is at its other end is not the transport's
/// business: see handshake.hpp.
namespace loa::net {

/// A line of one transport, from the attempt to call on. Never reused.
using line_id = std::uint64_t;

/// No chunk is longer.
inline constexpr std::size_t most_chunk_octets = std::size_t{1} << 20;

/// What a transport tells whoever uses it. All calls come on the transport's thread, one at a time,
/// between `start` and `stop`.
class transport_events {
public:
  virtual ~transport_events() = default;
  /// Somebody called us; the line is open.
  virtual void on_accepted(line_id line) = 0;
  /// A call of ours came through; the line is open.
  virtual void on_connected(line_id line) = 0;
  /// A chunk has come.
  virtual void on_received(line_id line, bytes chunk) = 0;
  /// The line is gone, or a call of ours did not come through; nothing more is said of it. Not told
  /// of lines that we closed. The sentence is for a log.
  virtual void on_closed(line_id line, const std::string& why) = 0;
  /// The instant asked for with `wake_at` is there.
  virtual void on_time() = 0;
};

/// See the file's comment. Members are for the transport's thread, except where they say otherwise.
class transport {
public:
  transport() = default;
  transport(const transport&) = delete;
  transport& operator=(const transport&) = delete;
  virtual ~transport() = default;

  /// Begins: listens, if the transport was told where, and calls `events`, which outlives it. Once,
  /// from any thread. Errors: an address that is taken or none of ours, a certificate that cannot
  /// be used; nothing runs then.
  [[nodiscard]] virtual result<void> start(transport_events& events) = 0;
  /// Closes every line and returns when nothing more will be told. From any thread but its own;
  /// harmless when repeated. Tasks that did not run yet are dropped.
  virtual void stop() = 0;

  /// The port that is listened on, 0 if none is; any thread, after `start`.
  [[nodiscard]] virtual std::uint16_t port() const = 0;

  /// Calls "HOST:PORT" or "[IPv6]:PORT"; `on_connected` or `on_closed` follows, within 10 s.
  [[nodiscard]] virtual line_id connect(std::string_view address) = 0;
  /// Sends a chunk. Dropped if the line is gone. There is no back-pressure here: who sends counts
  /// what is under way (see credit.hpp).
  virtual void send(line_id line, bytes chunk) = 0;
  /// Closes a line after what was sent; `on_closed` does not follow.
  virtual void close(line_id line) = 0;

  /// Runs a task on the transport's thread, in the order of the calls from one thread. Any thread.
  virtual void run(std::function<void()> task) = 0;
  /// Calls `on_time` at this instant of `now()` or soon after; replaces what was asked for before.
  virtual void wake_at(instant at) = 0;
  /// A clock that never goes back; any thread.
  [[nodiscard]] virtual instant now() const = 0;
};

} // namespace loa::net
