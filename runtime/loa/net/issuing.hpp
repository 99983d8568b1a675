#pragma once

#include <loa/base/random.hpp>
#include <loa/base/result.hpp>
#include <loa/base/time.hpp>
#include <loa/net/node_id.hpp>

#include <string>

namespace loa::net {

/// A new certificate and its private key (PKCS #8), both in PEM. The key is a secret: whoever got
/// it here keeps it, in a file that only the node reads.
struct issued {
  std::string certificate_pem;
  std::string key_pem;
};

/// When a certificate is valid: from an instant on and for how long, both cut to seconds. It lies
/// within the years 1970 to 9999 and lasts a second at least.
struct validity {
  instant from;
  duration lifetime{};
};

/// What a new key is. Ed25519's comes from the random source given, P-256's from OpenSSL's own.
enum class key_kind : std::uint8_t { ed25519, p256 };

/// Founds a cluster's private authority: a certificate that signs itself and may issue those of
/// nodes, and no further authority.
[[nodiscard]] result<issued> make_authority(std::string_view cluster, const validity& when,
                                            random_source& random,
                                            key_kind kind = key_kind::ed25519);

/// Issues a node's certificate, good for this floor's handshake and for both sides of TLS. It must
/// not outlive the authority.
[[nodiscard]] result<issued> issue(const issued& authority, const node_id& node,
                                   const validity& when, random_source& random,
                                   key_kind kind = key_kind::ed25519);

} // namespace loa::net
