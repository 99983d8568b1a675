#pragma once

#include <loa/base/bytes.hpp>
#include <loa/net/envelope.hpp>

#include <cstdint>

namespace loa::net {

/// Something that a peer said, as a `peer_session` hands it over.
struct peer_message {
  envelope_lane lane = envelope_lane::ordinary;
  /// What it is; the host's business. A kind that the host does not know is dropped and counted
  /// there, since it may be of a later release.
  std::uint16_t kind = 0;
  bytes content;
  /// What it takes of its lane's credit until `peer_session::consumed` gives that back.
  std::uint64_t cost = 0;
};

} // namespace loa::net
