#pragma once

#include <loa/base/log.hpp>
#include <loa/net/transport.hpp>

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace loa::net {

/// What a transport over TCP needs to know.
struct caf_transport_options {
  /// "HOST:PORT" or "[IPv6]:PORT"; port 0 takes a free one. Nothing: others cannot call.
  std::optional<std::string> listen;
  /// The node's certificate, its key and the cluster's authority in PEM, as identity::load() wants
  /// them. They are read by start() and by reload().
  std::filesystem::path certificate;
  std::filesystem::path key;
  std::filesystem::path authority;
  /// Both outlive the transport. Certificates are judged by `time`.
  log_sink& log = no_log();
  const clock& time = system_clock();

  /// A call that has not come through by then has failed, name, TCP and TLS included.
  duration call_patience{10'000};
  /// Who calls us and has not proved by then to be of the cluster is dropped.
  duration handshake_patience{5'000};
  /// A line that we closed has this long to bring over what was sent, and stop() as a whole less.
  duration close_patience{5'000};
  duration stop_patience{1'000};
  /// Callers who have yet to prove themselves. One more makes the oldest of them go, so that who
  /// just sits there keeps nobody out.
  std::size_t most_handshakes = 64;
  /// Lines that others opened; further callers are refused.
  std::size_t most_accepted = 1024;
  /// What was sent on a line and not taken by the other side. Whoever sends bounds this by credits;
  /// beyond this the line breaks, whatever the sender thinks.
  std::size_t most_unsent_octets = std::size_t{64} << 20;
};

/// Lines over TCP with TLS 1.3, in which both ends show a certificate that the cluster's authority
/// issued. Which node it names is not looked at here, see handshake.hpp.
///
/// A chunk goes as its length, 4 octets with the most significant first, and its octets. A length
/// of zero or above most_chunk_octets ends the line. `on_connected` follows only when the other
/// side has accepted our certificate, and `on_accepted` when we have accepted its. Who is refused
/// or dropped before that is logged, once per address and minute.
///
/// What is kept per line: what was sent and not taken, and one chunk that has not come whole. A
/// peer that takes nothing is not noticed here before a limit above is reached; see
/// peer_session.hpp, which does.
class caf_transport : public transport {
public:
  /// Reads certificate, key and authority again, for lines that begin from now on. Any thread. If
  /// they cannot be used the earlier ones stay.
  [[nodiscard]] virtual result<void> reload() = 0;
};

/// A transport that is not started yet.
[[nodiscard]] std::unique_ptr<caf_transport> open_caf_transport(caf_transport_options options);

} // namespace loa::net
