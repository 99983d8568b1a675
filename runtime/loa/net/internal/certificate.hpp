#pragma once

#include <loa/base/result.hpp>
#include <loa/base/time.hpp>
#include <loa/net/internal/openssl.hpp>
#include <loa/net/node_id.hpp>

#include <vector>

namespace loa::net {

/// All certificates of a PEM text (RFC 7468), one at least and `most` at most; what stands between
/// them is ignored. `what` names the text in errors.
[[nodiscard]] result<std::vector<x509_ptr>>
read_certificates(std::string_view pem, std::size_t most, std::string_view what);

/// The private key of a PEM text that is not encrypted.
[[nodiscard]] result<pkey_ptr> read_private_key(std::string_view pem);

/// A certificate of exactly these octets; null if they are none.
[[nodiscard]] x509_ptr from_der(bytes_view der);
[[nodiscard]] bytes to_der(const X509& certificate);

/// The one name of a node in a certificate's subjectAltName, or a refusal.
[[nodiscard]] result<node_id> name_in(const X509& certificate);

/// Nothing if the certificate may issue others, and if a node may sign with it; or a refusal.
[[nodiscard]] result<void> may_issue(const X509& certificate);
[[nodiscard]] result<void> may_sign(const X509& certificate);

[[nodiscard]] instant begin_of(const X509& certificate);
[[nodiscard]] instant end_of(const X509& certificate);

} // namespace loa::net
