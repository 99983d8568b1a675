#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>
#include <loa/net/refusal.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace loa::net {

/// Why a node ends a session with another. The numbers travel between nodes: never reuse one.
enum class farewell_reason : std::uint8_t {
  stopping = 1,   ///< The node stops.
  replaced = 2,   ///< Another session with the same peer is kept.
  idle = 3,       ///< The two have nothing to say to each other.
  distrusted = 4, ///< What came cannot be trusted; the sentence says why.
  silent = 5,     ///< Nothing was heard for too long, though this may still be heard.
  shut_out = 6,   ///< The cluster goes on without this peer.
  other = 7,      ///< A reason that this version does not know.
};
inline constexpr std::uint8_t last_farewell_reason = 7;

/// The name of a reason as it stands in logs, JSON and metrics, for example "stopping".
[[nodiscard]] std::string_view to_string(farewell_reason r) noexcept;

/// The last words of a session.
struct farewell {
  farewell_reason reason = farewell_reason::other;
  /// For the other side's log; what is over the limit is cut off.
  std::string detail;

  static constexpr std::size_t most_detail_octets = 256;
  bool operator==(const farewell&) const = default;
};

/// As the payload of an envelope and back. What is read is fit for a log, whoever wrote it: no
/// control characters. Refuses what is empty or over the limit.
[[nodiscard]] bytes write_farewell(const farewell& f);
[[nodiscard]] result<farewell> read_farewell(bytes_view octets);

/// How a session came to its end.
enum class session_end : std::uint8_t {
  refused,        ///< We refuse the peer.
  was_refused,    ///< The peer, proved, refuses us.
  seems_refused,  ///< Somebody said in the peer's name that it refuses, and nothing came after it.
  too_slow,       ///< The handshake did not come to an end in time.
  silent,         ///< The peer has fallen silent.
  distrusted,     ///< What the peer sent cannot be trusted any more.
  said_farewell,  ///< We ended it.
  heard_farewell, ///< The peer ended it.
  line_lost,      ///< The line is gone.
};

/// The name of an end as it stands in logs, JSON and metrics, for example "was_refused".
[[nodiscard]] std::string_view to_string(session_end e) noexcept;

struct session_ending {
  session_end end = session_end::line_lost;
  /// More precisely, for a metric: the name of a refusal, of a farewell's reason, or of an errc;
  /// else that of `end`. One of a fixed set; lives as long as the program.
  std::string_view label;
  /// A sentence for a log.
  std::string detail;
  /// Which refusal, where it is one.
  std::optional<refusal> reason;
  /// Messages that were queued and not sent whole.
  std::size_t unsent = 0;
};

} // namespace loa::net
