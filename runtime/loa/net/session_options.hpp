#pragma once

#include <loa/base/limit.hpp>
#include <loa/net/credit.hpp>
#include <loa/net/failure_detector.hpp>

#include <cstddef>

namespace loa::net {

/// Bytes of one lane, envelopes included, that may be under way or waiting at the other host.
inline limit max_session_window{"net.window", credit_window, 1'024};
/// Payload of an envelope; longer messages go in pieces.
inline limit max_piece_bytes{"net.piece_bytes", std::uint64_t{16} << 10, 256};
/// Bytes of a chunk for the line beyond which another envelope goes into the next.
inline limit max_chunk_bytes{"net.chunk_bytes", std::uint64_t{64} << 10, 64};
/// Messages of a lane that wait to be sent; what goes beyond is refused with too_many.
inline limit max_queued_messages{"net.queue_messages", 16'384, 16};
/// And their bytes; a queue that is empty takes any message.
inline limit max_queued_bytes{"net.queue_bytes", std::uint64_t{32} << 20, 4'096};

/// Limits and pauses of one `peer_session`. Both ends must have the same window, limit for a
/// message and interval of heartbeats, so these belong to the version of the protocol; tests and
/// simulations change them on both ends.
struct session_options {
  /// From the first step until the peer is proved and both know it; then the attempt is given up.
  duration patience{5'000};
  /// A sign of life goes out this often, also while there is other traffic.
  duration heartbeat{1'000};
  /// When a silent peer is given up. `expected` is set to `heartbeat`.
  failure_detector_options detector;
  /// And after this silence in any case, however irregular it was before.
  duration most_silence{20'000};

  /// Octets of one lane, envelopes included, that may be under way or waiting at the other host.
  std::uint64_t window = max_session_window;
  /// A longer message is refused by the sender, and from a peer ends the session.
  std::size_t most_message_octets = std::size_t{16} << 20;
  /// No envelope has a longer payload: longer messages are cut into pieces, shorter ones are packed
  /// together. At most what two envelopes of it need of a window.
  std::size_t piece_octets = max_piece_bytes;
  /// A chunk for the line is closed when it has grown to this.
  std::size_t chunk_octets = max_chunk_bytes;

  /// Waiting to be sent, per lane; what goes beyond either is refused with errc::too_many.
  std::size_t queue_messages = max_queued_messages;
  std::size_t queue_octets = max_queued_bytes;
};

} // namespace loa::net
