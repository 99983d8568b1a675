#include <loa/net/identity.hpp>
#include <loa/net/internal/certificate.hpp>
#include <loa/net/internal/key.hpp>
#include <loa/net/refusal.hpp>

#include <fmt/format.h>

namespace loa::net {

struct identity::parts {
  node_id id;
  std::vector<bytes> chain;
  authority issuer;
  instant from;
  instant until;
  pkey_ptr key;
};

result<identity> identity::load(std::string_view certificate_pem, std::string_view key_pem,
                                std::string_view authority_pem) {
  auto issuer = authority::load(authority_pem);
  if (!issuer) return issuer.error();
  auto certificates =
      read_certificates(certificate_pem, most_chain_certificates, "The certificate's file");
  if (!certificates) return certificates.error();
  auto key = read_private_key(key_pem);
  if (!key) return key.error();

  const quiet_errors quiet;
  const auto& own = *certificates->front();
  if (X509_check_private_key(&own, key->get()) != 1)
    return error{errc::rule, "The key is not the one of the certificate.", {}};
  std::vector<bytes> chain;
  for (const auto& one : *certificates) chain.push_back(to_der(*one));
  auto proved = issuer->verify_at_any_time(chain);
  if (!proved) return proved.error();
  return identity(
      std::make_shared<parts>(parts{std::move(proved->id), std::move(chain), *std::move(issuer),
                                    begin_of(own), end_of(own), *std::move(key)}));
}

const node_id& identity::id() const noexcept {
  return parts_->id;
}

const std::vector<bytes>& identity::chain() const noexcept {
  return parts_->chain;
}

const authority& identity::issuer() const noexcept {
  return parts_->issuer;
}

instant identity::valid_from() const noexcept {
  return parts_->from;
}

instant identity::valid_until() const noexcept {
  return parts_->until;
}

result<bytes> identity::sign(bytes_view octets) const {
  auto signature = sign_with(parts_->key.get(), octets);
  if (signature.empty()) return refuse(refusal::internal, "The node's key does not sign.");
  return signature;
}

} // namespace loa::net
