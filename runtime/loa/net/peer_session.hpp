#pragma once

#include <loa/net/handshake.hpp>
#include <loa/net/peer_message.hpp>
#include <loa/net/session_ending.hpp>
#include <loa/net/session_figures.hpp>
#include <loa/net/session_options.hpp>

#include <memory>

namespace loa::net {

/// One conversation with another node over one line: a pure state machine. It proves both to each
/// other (handshake.hpp), then carries messages on two lanes as envelopes under the keys agreed on
/// (envelope.hpp), and ends once.
///
/// Guaranteed of a session that is up, as long as it lasts:
/// - What is sent comes once, unaltered, and in the order of its lane. What was queued when it ends
///   is lost: whatever must not be lost is sent again by who wanted it, see link/.
/// - What goes to the line goes emergencies first. Long messages go in pieces, so an emergency
///   waits for no more than what was given to the line before it: a window of ordinary octets.
/// - Each lane has credit of its own. A peer that does not consume stops that lane and nothing
///   else.
/// - It holds per lane at most a queue for the peer, one long message from the peer and a window,
///   and one envelope, whatever the peer sends; a queue that is full refuses.
/// - A peer that falls silent is given up in bounded time. If it was this host that stood still, so
///   that signs of life may lie unread, the peer gets that time once more.
/// - Octets that cannot be what a node means end it. Each end that has keys tells the other why.
///
/// Every release speaks the previous version of the protocol, too; the handshake finds the highest
/// that both speak. So far there is version 1.
///
/// `now` is of a monotonic clock, `wall` the time of day, by which certificates are judged. One
/// thread at a time.
class peer_session {
public:
  /// Whom we talk to; proved.
  struct facts {
    handshake_role role = handshake_role::initiator; ///< Our own: the initiator is who called.
    node_id peer;
    std::uint64_t peer_incarnation = 0;
    std::uint16_t version = 0;
    std::vector<document_number> peer_documents;
  };

  /// What a step asks of the host and tells it, in the order in which it happened.
  struct output {
    /// For the line, in this order; none is longer than most_chunk_octets.
    std::vector<bytes> to_send;
    /// The peer is proved, it knows that we are, and messages may be sent. Said once.
    std::optional<facts> up;
    std::vector<peer_message> received;
    /// Said once, as the last thing: the host sends what is above and closes the line.
    std::optional<session_ending> ended;
    /// When to call `tick`; it replaces what an earlier step asked for, nothing is no timer.
    std::optional<instant> next_timer;
  };

  /// `random` must outlive the handshake, that is, until the session is up or has ended.
  peer_session(handshake_role role, handshake_settings settings, random_source& random,
               const session_options& options = {});
  peer_session(peer_session&&) noexcept;
  peer_session& operator=(peer_session&&) noexcept;
  ~peer_session();

  /// The line is open. Once, before anything else.
  [[nodiscard]] output start(instant now);
  /// Octets from the line, cut anywhere.
  [[nodiscard]] output take(bytes_view octets, instant now, instant wall);
  /// The instant asked for is there. Harmless at any other.
  [[nodiscard]] output tick(instant now);

  /// Queues a message for the next `flush`, so that those of one step share envelopes.
  /// Errors: unavailable (not up), too_large (over most_message_octets), too_many (the lane's queue
  /// is full; counted).
  [[nodiscard]] result<void> send(envelope_lane lane, std::uint16_t kind, bytes content);
  /// The host has worked off a message: its cost is free for others. Told to the peer with the next
  /// step.
  void consumed(envelope_lane lane, std::uint64_t cost);
  /// Sends what was queued and granted, as far as the peer lets us.
  [[nodiscard]] output flush(instant now);

  /// Ends the session and says why to the peer, where it can understand that.
  [[nodiscard]] output close(farewell why, instant now);
  /// The line is gone.
  [[nodiscard]] output lost(std::string why);

  [[nodiscard]] bool is_up() const noexcept;
  [[nodiscard]] bool has_ended() const noexcept;
  [[nodiscard]] session_figures figures() const;
  /// How suspicious the peer's silence is, see failure_detector.hpp; 0 if it is not up.
  [[nodiscard]] double phi(instant now) const;

private:
  class machine;
  std::unique_ptr<machine> machine_;
};

} // namespace loa::net
