#include <loa/net/internal/key.hpp>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/objects.h>

#include <array>

namespace loa::net {

namespace {

constexpr std::size_t most_signature_octets = 80;

/// Ed25519 hashes by itself.
const EVP_MD* digest_for(const EVP_PKEY* key) {
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

} // namespace

bool is_known_kind(const EVP_PKEY* key) {
  if (key == nullptr) return false;
  if (EVP_PKEY_get_base_id(key) == EVP_PKEY_ED25519) return true;
  if (EVP_PKEY_get_base_id(key) != EVP_PKEY_EC) return false;
  const quiet_errors quiet;
  std::array<char, 32> group{};
  return EVP_PKEY_get_utf8_string_param(key, OSSL_PKEY_PARAM_GROUP_NAME, group.data(), group.size(),
                                        nullptr) == 1 &&
         OBJ_txt2nid(group.data()) == NID_X9_62_prime256v1;
}

bytes sign_with(EVP_PKEY* key, bytes_view octets) {
  const quiet_errors quiet;
  const digest_context_ptr context(EVP_MD_CTX_new());
  bytes out(most_signature_octets, '\0');
  auto size = out.size();
  if (!context || EVP_DigestSignInit(context.get(), nullptr, digest_for(key), nullptr, key) != 1 ||
      EVP_DigestSign(context.get(), octets_of(out), &size, octets_of(octets), octets.size()) != 1)
    return {};
  out.resize(size);
  return out;
}

bool public_key::verify(bytes_view octets, bytes_view signature) const {
  const quiet_errors quiet;
  const digest_context_ptr context(EVP_MD_CTX_new());
  auto* key = key_->key.get();
  return context &&
         EVP_DigestVerifyInit(context.get(), nullptr, digest_for(key), nullptr, key) == 1 &&
         EVP_DigestVerify(context.get(), octets_of(signature), signature.size(), octets_of(octets),
                          octets.size()) == 1;
}

} // namespace loa::net
