#pragma once

#include <loa/base/time.hpp>
#include <loa/net/envelope.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace loa::net {

/// What went over one lane of a session, counted from its beginning, and what waits there now.
/// Octets are those of contents.
struct lane_figures {
  std::uint64_t messages_sent = 0; ///< Whole, to the line.
  std::uint64_t octets_sent = 0;   ///< Also of a message that is not whole yet.
  std::uint64_t messages_received = 0;
  std::uint64_t octets_received = 0;
  std::size_t messages_queued = 0;
  std::size_t octets_queued = 0;
  std::uint64_t overflows = 0;   ///< Messages refused since the queue was full.
  std::uint64_t stalls = 0;      ///< Times that something had to wait for credit.
  std::uint64_t credit_left = 0; ///< Octets that may be sent before the peer asks for more.
  /// What was received and still takes credit, and what has come of a message that is not whole.
  std::uint64_t octets_unread = 0;
};

struct session_figures {
  std::array<lane_figures, 2> lanes; ///< By the numbers of envelope_lane.
  std::uint64_t octets_sent = 0;     ///< To the line, everything included.
  std::uint64_t octets_received = 0;
  std::uint64_t heartbeats_sent = 0;
  std::uint64_t heartbeats_received = 0;
  std::optional<instant> up_since; ///< By the monotonic clock.

  [[nodiscard]] const lane_figures& of(envelope_lane l) const noexcept {
    return lanes[static_cast<std::size_t>(l)];
  }
};

} // namespace loa::net
