#pragma once

#include <loa/net/handshake.hpp>
#include <loa/net/session_ending.hpp>

namespace loa::net {

/// The handshake of a session on a stream that is cut anywhere. It holds back less than one message
/// of a handshake.
class session_opening {
public:
  /// What follows from octets.
  struct step {
    std::vector<bytes> send;
    std::optional<session_terms> terms;  ///< It has succeeded; what follows is not its business.
    std::optional<session_ending> ended; ///< It has failed.
  };

  session_opening(handshake_role role, handshake_settings settings, random_source& random)
      : handshake_(role, std::move(settings), random) {}

  [[nodiscard]] step start();
  /// Takes from the beginning of `octets` what belongs to the handshake.
  [[nodiscard]] step take(bytes_view& octets, instant wall);

  /// How it ended, if nothing more comes; a refusal that was heard without proof is taken for the
  /// reason then.
  [[nodiscard]] session_ending failed(session_end otherwise, std::string detail) const;

private:
  void take_message(instant wall, step& out);

  handshake handshake_;
  bytes held_;
  std::optional<heard_refusal> hint_;
};

/// The refusal of an initiator that could not read the responder's last message. It lies where an
/// envelope would begin, and its first octet would be that of an envelope over the limit.
[[nodiscard]] std::optional<session_ending> read_late_refusal(bytes_view octets);

} // namespace loa::net
