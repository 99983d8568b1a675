#pragma once

#include <loa/net/handshake.hpp>

namespace loa::net {

/// The messages of a handshake. Each has the head {"LOA-HS", kind u8, length of the rest u24};
/// numbers are big-endian. Head, hello and refusal stay the same for ever, so that nodes of every
/// version can tell each other that they do not understand each other.
enum class message_kind : std::uint8_t {
  call = 1,    ///< A hello.
  answer = 2,  ///< A hello and a sealed proof.
  proof = 3,   ///< A sealed proof.
  verdict = 4, ///< Sealed: accepted, or a refusal.
  refusal = 5, ///< A refusal that anybody may have written.
};

inline constexpr std::size_t nonce_octets = 32;
inline constexpr std::size_t hello_octets = 2 + 2 + nonce_octets + 32;

struct raw_message {
  message_kind kind{};
  bytes_view rest;
};

[[nodiscard]] bytes write_message(message_kind kind, bytes_view rest);
/// Of exactly these octets.
[[nodiscard]] result<raw_message> read_message(bytes_view octets);

struct hello {
  version_range versions;
  bytes nonce;
  bytes ephemeral;
};

[[nodiscard]] bytes write_hello(const hello& h);
/// Refuses a range of versions that is upside down or holds 0.
[[nodiscard]] result<hello> read_hello(bytes_view octets);

/// What a node says of itself.
struct claim {
  node_id id;
  std::uint64_t incarnation = 0;
  std::vector<document_number> documents;
  std::vector<bytes> chain;
};

[[nodiscard]] bytes write_claim(const claim& c);
/// Refuses what is over a limit, and names that are none.
[[nodiscard]] result<claim> read_claim(bytes_view octets);

/// A claim and what proves it.
struct proof_parts {
  bytes_view claim;
  bytes_view signature;
  bytes_view mac;
};

[[nodiscard]] bytes write_proof(const proof_parts& p);
/// The parts are views into `octets`.
[[nodiscard]] result<proof_parts> read_proof(bytes_view octets);

[[nodiscard]] bytes write_refusal(const heard_refusal& r);
[[nodiscard]] result<heard_refusal> read_refusal(bytes_view octets);

} // namespace loa::net
