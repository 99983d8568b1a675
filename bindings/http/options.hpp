#pragma once

#include <loa/base/time.hpp>
#include <loa/model/cap_bulletin.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace loa::http {

/// What clients may use up. Zero never means "without limit".
struct server_limits {
  std::size_t connections = 200'000; ///< Of all clients together.
  std::size_t connections_per_address =
      100'000;                           ///< An IPv4 address, or the first 64 bits of an IPv6 one.
  std::size_t header_octets = 16U << 10; ///< Request line and header fields of one request.
  std::size_t body_octets = 1U << 20;    ///< Of one request; some calls admit less.
  std::size_t requests_in_flight = 16;   ///< Of one connection; further ones are not read yet.
  std::size_t unsent_octets = 256U
                              << 10; ///< Beyond it no further request of that connection is read.

  std::size_t units_per_stream = 16;
  std::size_t stream_frames = 512;              ///< Waiting for one client that does not read.
  std::size_t stream_octets = 1U << 20;         ///< Likewise, in octets.
  std::size_t stream_message_octets = 4U << 10; ///< Of one message that a client sends.
  std::size_t stream_messages_per_second =
      200;                            ///< On the average; a burst may be ten times as many.
  std::size_t handed_over = 1U << 20; ///< Frames between the node and one I/O thread.

  duration handshake = std::chrono::seconds(10); ///< For TLS.
  duration header =
      std::chrono::seconds(10); ///< From a request's first octet to the end of its header.
  duration body = std::chrono::seconds(30);  ///< From there to the end of its body.
  duration idle = std::chrono::seconds(75);  ///< Between two requests.
  duration write = std::chrono::seconds(30); ///< Without any progress in sending.
  duration linger =
      std::chrono::seconds(2); ///< For a client to read the last answer before the end.
  duration ping =
      std::chrono::seconds(30); ///< Between two pings; two unanswered ones end a stream.
  duration sweep = std::chrono::milliseconds(500); ///< How exactly all of these are kept.
  /// The kernel's send buffer of one connection in octets; it doubles the number.
  std::size_t send_buffer = 128U << 10;
};

/// How the gateway listens and whom it lets in.
struct server_options {
  std::string listen =
      "127.0.0.1:8135";              ///< "ADDRESS:PORT", "[IPv6]:PORT"; port 0 takes a free one.
  std::filesystem::path certificate; ///< PEM with its chain; both or none of the two.
  std::filesystem::path key;
  bool plain = false;      ///< Listening beyond loopback without TLS is refused unless this is set.
  std::size_t threads = 2; ///< I/O threads, 1 to 64; connections are spread over them.
  int backlog = 4096;

  bool anonymous_citizens = true; ///< Citizens need no token.
  bool citizen_secrets = false;   ///< A new citizen id gets a secret, and resuming the id needs it.
  std::filesystem::path
      known_citizens; ///< Which ids are taken; needed where `citizen_secrets` is on.
  /// How often one address may post reports, and act on them, without a token; 0: as often as it
  /// likes.
  std::size_t reports_per_minute = 0;
  std::vector<std::string> report_categories; ///< Empty admits every name.
  model::cap::policy alerts;
  std::string alert_sender = "loa"; ///< The sender of CAP documents made of other bulletins.
  std::string node;                 ///< The node's name, as `GET /v1/units/{unit}` shows it.

  /// A call for a unit that lives on another node is answered with where to go (RFC 9110, section
  /// 15.4.8) instead of passed on to it.
  bool redirect_elsewhere = false;

  server_limits limits;
};

} // namespace loa::http
