#pragma once

#include <loa/net/credit.hpp>
#include <loa/net/envelope.hpp>
#include <loa/net/peer_message.hpp>
#include <loa/net/session_figures.hpp>
#include <loa/net/session_options.hpp>

#include <optional>
#include <vector>

namespace loa::net {

/// What comes on one lane: it takes messages out of envelopes, joins the pieces of long ones, and
/// gives the peer credit for what is worked off.
///
/// Pieces get their credit back as they come, or no message longer than a window could come at all;
/// but only while the host has nothing of this lane, and the last piece only with the whole
/// message. So a host that does not consume holds at most one long message, and a window beside it.
class incoming_lane {
public:
  explicit incoming_lane(const session_options& options);

  /// Takes an envelope of kind `message` or `chunk` and appends the messages that are whole now.
  /// Errors, after which the peer is not to be trusted: rule (beyond its credit, a piece where none
  /// may come), too_large, malformed. The envelope has given no message then.
  [[nodiscard]] result<void> take(const envelope& e, std::vector<peer_message>& to);
  /// The host has worked off messages of this cost.
  void consumed(std::uint64_t cost);
  /// What to tell the peer, if it is worth it.
  [[nodiscard]] std::optional<std::uint64_t> grant() { return credit_.grant(); }

  void report(lane_figures& to) const;
  /// Drops the message that is not whole.
  void clear() { unfinished_.reset(); }

private:
  struct unfinished {
    std::uint16_t kind = 0;
    std::size_t length = 0;
    bytes content;
  };
  [[nodiscard]] result<void> take_whole(const envelope& e, std::vector<peer_message>& to);
  [[nodiscard]] result<void> take_piece(const envelope& e, std::vector<peer_message>& to);

  const session_options* options_;
  credit_to_grant credit_;
  std::optional<unfinished> unfinished_;
  std::uint64_t at_host_ = 0; // cost of what was handed over and is not consumed
  std::uint64_t waiting_ = 0; // cost of pieces whose credit waits for the host
  std::uint64_t messages_ = 0;
  std::uint64_t octets_ = 0;
};

} // namespace loa::net
