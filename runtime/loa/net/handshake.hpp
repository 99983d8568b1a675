#pragma once

#include <loa/base/random.hpp>
#include <loa/net/identity.hpp>
#include <loa/net/refusal.hpp>
#include <loa/net/secret.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace loa::net {

/// No message of a handshake is longer, head included.
inline constexpr std::size_t most_handshake_octets = std::size_t{16} << 10;
/// The octets by which next_handshake_message() knows how long a message is.
inline constexpr std::size_t handshake_head_octets = 10;
/// No node tells of more documents.
inline constexpr std::size_t most_document_numbers = 16;

/// The versions of the protocol above the handshake that a node speaks, both ends included.
struct version_range {
  std::uint16_t lowest = 1;
  std::uint16_t highest = 1;

  /// "2 to 3".
  [[nodiscard]] std::string to_string() const;
  bool operator==(const version_range&) const = default;
};

/// Which issue of a document a node has, for example of the hierarchy. The kinds are the business
/// of whoever uses them.
struct document_number {
  std::uint16_t kind = 0;
  std::uint64_t number = 0;
  bytes sha256; ///< 32 octets.

  bool operator==(const document_number&) const = default;
};

enum class handshake_role : std::uint8_t { initiator, responder };

/// What one end brings along.
struct handshake_settings {
  identity who;
  version_range versions;
  /// A random number for this life of the node.
  std::uint64_t incarnation = 0;
  std::vector<document_number> documents;
  /// Only from an initiator: the node that it calls. Another one is refused; empty takes any.
  std::string expected;
  /// What both ends know of the channel below, such as the exporter of TLS (RFC 9266). If it is not
  /// the same at both, somebody stands between them, and they do not understand each other.
  bytes channel;
};

/// What both ends know at the end, and nobody else.
struct session_terms {
  handshake_role role = handshake_role::initiator; ///< Our own.
  node_id peer;                                    ///< Proved.
  std::uint64_t peer_incarnation = 0;
  std::uint16_t version = 0; ///< The highest that both speak.
  std::vector<document_number> peer_documents;
  secret send;    ///< The key of what we send, see envelope.hpp.
  secret receive; ///< The key of what the peer sends.
};

/// Why the other side says that it refuses.
struct heard_refusal {
  refusal reason = refusal::internal;
  version_range versions; ///< What the other side speaks.
};

/// What follows from a message.
struct handshake_step {
  bytes send;                         ///< To the other side, before anything else; may be empty.
  std::optional<session_terms> terms; ///< The handshake is over and has succeeded.
  /// Somebody says in the other side's name that it refuses, and does not prove it. Nothing has
  /// changed; it is worth a line in a log if the handshake then fails.
  std::optional<heard_refusal> hint;
};

/// Proves two nodes to each other and gives them keys, by the SIGMA-I pattern (H. Krawczyk, "SIGMA:
/// the SIGn-and-MAc approach to authenticated Diffie-Hellman", 2003).
///
///     initiator                                            responder
///     hello: versions, nonce, ephemeral key     ------>
///                                               <------    hello, and sealed: proof
///     sealed: proof                             ------>
///                                               <------    sealed: verdict
///
/// A proof is cluster, node, incarnation, documents and certificates, a signature with the
/// certificate's key over all that was said so far, and a MAC over the same and the signature under
/// a key of the conversation. Signatures and MACs name the role of their maker. Ephemeral keys are
/// X25519 (RFC 7748); keys are derived with HKDF-SHA256 (RFC 5869); MACs are HMAC-SHA256; proofs
/// are sealed with ChaCha20-Poly1305 (RFC 8439), so an onlooker learns no names, and the initiator
/// shows its own only to a proved peer. An onlooker who later learns the certificates' keys cannot
/// compute the session's.
///
/// Guaranteed: if an end gets terms, then the peer that they name made the same choices in this
/// very conversation and in the other role, and the keys are known to these two only. An initiator
/// gets them when the responder has accepted it; a responder gets them one message earlier, so it
/// must not take the initiator's silence for consent. A message that is altered, repeated, from
/// another conversation or out of its turn gives an error, after which nothing is accepted any
/// more.
///
/// Not guarded against: a stranger makes a responder do one key agreement and one signature per
/// hello. Whoever accepts connections limits how many are at this stage and for how long.
///
/// One thread at a time. No time passes in here: whoever uses it ends it when it takes too long.
class handshake {
public:
  handshake(handshake_role role, handshake_settings settings, random_source& random);
  handshake(handshake&&) noexcept;
  handshake& operator=(handshake&&) noexcept;
  ~handshake();

  /// The initiator's first message. Both roles call it before anything else, and a responder gets
  /// nothing to send. Fails for settings that cannot be meant.
  [[nodiscard]] result<bytes> start();

  /// Takes one whole message. Errors are refusals (refusal.hpp) and end the handshake; then
  /// refusal_to_send() tells the other side.
  [[nodiscard]] result<handshake_step> take(bytes_view message, instant now);

  /// After an error: what lets the other side know the reason, and nothing more. Empty if there was
  /// no error, or if it was the other side's.
  [[nodiscard]] const bytes& refusal_to_send() const noexcept;

  /// True once there were terms or an error; every secret but those of the terms is wiped then.
  [[nodiscard]] bool over() const noexcept;

private:
  class machine;
  std::unique_ptr<machine> machine_;
};

/// For a transport that is a stream: how many octets the message at the beginning of `octets` has.
/// 0 if more octets are needed to know. Refused are what is no message of a handshake, and one over
/// the limit.
[[nodiscard]] result<std::size_t> next_handshake_message(bytes_view octets);

} // namespace loa::net
