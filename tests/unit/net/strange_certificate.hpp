#pragma once

#include <loa/net/issuing.hpp>

#include <string>
#include <utility>
#include <vector>

namespace loa::net::test {

/// A certificate that issue() would not make.
struct strange {
  /// Extensions by their short names in OpenSSL's form, {"subjectAltName", "URI:loa:c/n"}.
  std::vector<std::pair<std::string, std::string>> extensions;
  std::string key = "ED25519"; ///< Or "P-256", "P-384", "RSA".
};

/// The extensions of a node's certificate.
inline std::vector<std::pair<std::string, std::string>> usual(std::string alternative_names) {
  return {{"basicConstraints", "critical,CA:FALSE"},
          {"keyUsage", "critical,digitalSignature"},
          {"subjectAltName", std::move(alternative_names)}};
}

/// Issues it; the authority need not be one that may. Without `by` it signs itself.
[[nodiscard]] issued make_strange(const strange& s, const issued* by, const validity& when);

} // namespace loa::net::test
