#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>
#include <loa/net/secret.hpp>

#include <cstdint>
#include <limits>
#include <memory>
#include <vector>

/// \file
/// What two nodes send each other once a handshake gave them keys. On the stream an envelope is
///
///     length u32   octets of the payload          kind u8   lane u8   flags u16   counter u64
///     payload
///     tag          16 octets
///
/// with numbers big-endian. The counter of each direction begins at 1 and goes up by 1; the tag is
/// over everything before it, under the key of the direction. So what is altered, repeated, left
/// out, put in or moved is noticed, up to the last envelope that came: that nothing comes after it
/// is for a farewell or a timeout to tell.
///
/// Only authenticity is given. Nothing is encrypted here, since TLS lies below and does that; what
/// TLS does not know is which node is at the other end.
///
/// The tag is HMAC-SHA256 (RFC 2104) cut to 128 bits (RFC 2104, section 5). Poly1305 is faster and
/// needs a new one-time key for each text: one counter used twice there gives the key away, and
/// here gives nothing.

namespace loa::net {

inline constexpr std::size_t envelope_head_octets = 16;
inline constexpr std::size_t envelope_tag_octets = 16;
/// No payload is longer.
inline constexpr std::size_t most_payload_octets = std::size_t{1} << 20;
/// The last envelope of a direction has this counter; then a new handshake is due.
inline constexpr std::uint64_t last_counter = std::numeric_limits<std::uint64_t>::max() - 1;

/// What a payload is. The numbers travel between nodes: never reuse one.
enum class envelope_kind : std::uint8_t {
  message = 1,   ///< One or several whole messages.
  chunk = 2,     ///< A piece of a message that is long.
  credit = 3,    ///< How much more may be sent.
  heartbeat = 4, ///< Nothing but a sign of life.
  document = 5,  ///< Kept for something that all nodes have the same issue of; not sent yet.
  farewell = 6,  ///< The last one; its payload says why.
};
inline constexpr std::uint8_t last_envelope_kind = 6;

/// The lane of an envelope; the numbers are those of a feed's lanes.
enum class envelope_lane : std::uint8_t { ordinary = 0, emergency = 1 };

struct envelope {
  envelope_kind kind = envelope_kind::message;
  envelope_lane lane = envelope_lane::ordinary;
  /// The kind's business; carried as it is.
  std::uint16_t flags = 0;
  bytes payload;

  bool operator==(const envelope&) const = default;
};

/// Makes the envelopes of one direction. One thread at a time.
class sealer {
public:
  /// `next` is the counter of the first envelope; tests only begin elsewhere than at 1.
  explicit sealer(const secret& key, std::uint64_t next = 1);
  sealer(sealer&&) noexcept;
  sealer& operator=(sealer&&) noexcept;
  ~sealer();

  /// Appends an envelope to `to`. Refused are a payload over the limit (errc::too_large) and every
  /// envelope after last_counter (errc::unavailable); then nothing is appended and no counter used.
  [[nodiscard]] result<void> seal(envelope_kind kind, envelope_lane lane, std::uint16_t flags,
                                  bytes_view payload, bytes& to);
  [[nodiscard]] result<void> seal(const envelope& e, bytes& to) {
    return seal(e.kind, e.lane, e.flags, e.payload, to);
  }

private:
  class state;
  std::unique_ptr<state> state_;
};

/// Reads the envelopes of one direction from a stream that is cut anywhere. It holds back less than
/// one envelope, in no more room than twice what has come of it. One thread at a time.
class opener {
public:
  explicit opener(const secret& key, std::uint64_t next = 1);
  opener(opener&&) noexcept;
  opener& operator=(opener&&) noexcept;
  ~opener();

  /// Appends the envelopes that are whole now to `to`. After an error nothing is accepted any more,
  /// and each further call gives the same error; what was appended before it is good.
  ///
  /// Errors: too_large (length over the limit), unsupported (a kind that this build does not know),
  /// malformed (a lane that does not exist), conflict (a counter from the past), unavailable (a
  /// counter that jumps ahead, so that something is missing), unauthenticated (wrong tag).
  /// A length, kind, lane or counter that is wrong is refused before the payload has come.
  [[nodiscard]] result<void> take(bytes_view octets, std::vector<envelope>& to);

  /// The octets held back.
  [[nodiscard]] std::size_t held() const noexcept;

private:
  class state;
  std::unique_ptr<state> state_;
};

} // namespace loa::net
