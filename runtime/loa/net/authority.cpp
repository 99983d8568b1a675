#include <loa/net/identity.hpp>
#include <loa/net/internal/certificate.hpp>
#include <loa/net/internal/key.hpp>
#include <loa/net/refusal.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

/// A refusal for what OpenSSL found in a chain.
error refused(X509_STORE_CTX* checked) {
  const auto found = X509_STORE_CTX_get_error(checked);
  const auto* where = X509_STORE_CTX_get_current_cert(checked);
  const auto whose = X509_STORE_CTX_get_error_depth(checked) == 0 ? "The node's certificate"
                                                                  : "An authority's certificate";
  switch (found) {
  case X509_V_ERR_CERT_HAS_EXPIRED:
    return refuse(refusal::expired,
                  fmt::format("{} expired at {}; issue a new one.", whose,
                              format_rfc3339(where ? end_of(*where) : instant())));
  case X509_V_ERR_CERT_NOT_YET_VALID:
    return refuse(refusal::not_yet_valid,
                  fmt::format("{} is valid from {} on; check the clocks of both nodes.", whose,
                              format_rfc3339(where ? begin_of(*where) : instant())));
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
  case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
  case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
  case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
  case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
  case X509_V_ERR_CERT_SIGNATURE_FAILURE:
  case X509_V_ERR_CERT_UNTRUSTED:
    return refuse(refusal::other_authority);
  default:
    return refuse(refusal::bad_certificate,
                  fmt::format("{} is refused: {}.", whose, X509_verify_cert_error_string(found)));
  }
}

} // namespace

struct authority::trusted {
  store_ptr store;
  std::vector<public_key> keys;
};

result<authority> authority::load(std::string_view pem) {
  auto certificates = read_certificates(pem, most_authorities, "The authority's file");
  if (!certificates) return certificates.error();
  const quiet_errors quiet;
  auto all = std::make_shared<trusted>();
  all->store.reset(X509_STORE_new());
  if (!all->store) return refuse(refusal::internal);
  for (const auto& one : *certificates) {
    if (auto good = may_issue(*one); !good) return good.error();
    if (X509_STORE_add_cert(all->store.get(), one.get()) != 1) return refuse(refusal::internal);
    auto key = std::make_shared<evp_key>(evp_key{pkey_ptr(X509_get_pubkey(one.get()))});
    if (is_known_kind(key->key.get())) all->keys.emplace_back(std::move(key));
  }
  return authority(std::move(all));
}

result<peer_identity> authority::verify(std::span<const bytes> chain, instant now) const {
  return check(chain, &now);
}

result<peer_identity> authority::verify_at_any_time(std::span<const bytes> chain) const {
  return check(chain, nullptr);
}

bool authority::has_signed(bytes_view octets, bytes_view signature) const {
  return std::ranges::any_of(trusted_->keys,
                             [&](const public_key& k) { return k.verify(octets, signature); });
}

result<peer_identity> authority::check(std::span<const bytes> chain, const instant* now) const {
  if (chain.empty() || chain.size() > most_chain_certificates)
    return refuse(refusal::bad_certificate,
                  fmt::format("A chain has 1 to {} certificates.", most_chain_certificates));
  std::size_t octets = 0;
  const auto leaf = from_der(chain.front());
  const certificates_ptr between(sk_X509_new_null());
  const store_context_ptr checked(X509_STORE_CTX_new());
  if (!between || !checked) return refuse(refusal::internal);
  for (const auto& der : chain) {
    octets += der.size();
    auto one = from_der(der);
    if (!one || octets > most_chain_octets) return refuse(refusal::bad_certificate);
    if (sk_X509_push(between.get(), one.get()) > 0) (void)one.release();
  }

  const quiet_errors quiet;
  if (X509_STORE_CTX_init(checked.get(), trusted_->store.get(), leaf.get(), between.get()) != 1)
    return refuse(refusal::internal);
  auto* rules = X509_STORE_CTX_get0_param(checked.get());
  // An authority need not be a root; load() has seen that it is an authority.
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT | X509_V_FLAG_PARTIAL_CHAIN);
  X509_VERIFY_PARAM_set_auth_level(rules, 2);
  X509_VERIFY_PARAM_set_depth(rules, static_cast<int>(most_chain_certificates));
  if (now)
    X509_VERIFY_PARAM_set_time(
        rules, std::chrono::floor<std::chrono::seconds>(*now).time_since_epoch().count());
  else
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_NO_CHECK_TIME);
  if (X509_verify_cert(checked.get()) != 1) return refused(checked.get());

  if (auto good = may_sign(*leaf); !good) return good.error();
  auto key = std::make_shared<evp_key>(evp_key{pkey_ptr(X509_get_pubkey(leaf.get()))});
  if (!is_known_kind(key->key.get()))
    return refuse(refusal::not_for_signing, "A node's key must be Ed25519 or ECDSA with P-256.");
  auto id = name_in(*leaf);
  if (!id) return id.error();
  return peer_identity{*std::move(id), public_key(std::move(key))};
}

} // namespace loa::net
