#include <loa/net/internal/crypto.hpp>
#include <loa/net/internal/hmac.hpp>

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>

#include <new>

namespace loa::net {

namespace {

using kdf_ptr = std::unique_ptr<EVP_KDF, freeing<EVP_KDF_free>>;
using kdf_context_ptr = std::unique_ptr<EVP_KDF_CTX, freeing<EVP_KDF_CTX_free>>;
using cipher_context_ptr = std::unique_ptr<EVP_CIPHER_CTX, freeing<EVP_CIPHER_CTX_free>>;

constexpr std::array<unsigned char, 12> zero_nonce{};

OSSL_PARAM octets_param(const char* name, bytes_view value) {
  return OSSL_PARAM_construct_octet_string(name, const_cast<char*>(value.data()), value.size());
}

void must(bool done) {
  if (!done) throw std::bad_alloc();
}

std::optional<secret> hkdf(int mode, bytes_view key, const char* other_name, bytes_view other) {
  const quiet_errors quiet;
  const kdf_ptr kdf(EVP_KDF_fetch(nullptr, OSSL_KDF_NAME_HKDF, nullptr));
  const kdf_context_ptr context(kdf ? EVP_KDF_CTX_new(kdf.get()) : nullptr);
  char digest[] = "SHA256";
  const std::array params{
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, static_cast<char*>(digest), 0),
      OSSL_PARAM_construct_int(OSSL_KDF_PARAM_MODE, &mode), octets_param(OSSL_KDF_PARAM_KEY, key),
      octets_param(other_name, other), OSSL_PARAM_construct_end()};
  secret out;
  if (!context || EVP_KDF_derive(context.get(), out.data(), secret::size, params.data()) != 1)
    return std::nullopt;
  return out;
}

} // namespace

transcript::transcript() : context_(EVP_MD_CTX_new()) {
  must(context_ && EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) == 1);
}

void transcript::add(bytes_view piece) {
  const auto length = big_endian(piece.size());
  must(EVP_DigestUpdate(context_.get(), length.data(), length.size()) == 1 &&
       EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1);
}

bytes transcript::digest() const {
  const digest_context_ptr copy(EVP_MD_CTX_new());
  bytes out(digest_octets, '\0');
  must(copy && EVP_MD_CTX_copy_ex(copy.get(), context_.get()) == 1 &&
       EVP_DigestFinal_ex(copy.get(), octets_of(out), nullptr) == 1);
  return out;
}

bytes sha256(bytes_view octets) {
  bytes out(digest_octets, '\0');
  must(EVP_Digest(octets.data(), octets.size(), octets_of(out), nullptr, EVP_sha256(), nullptr) ==
       1);
  return out;
}

bytes hmac_sha256(bytes_view key, std::initializer_list<bytes_view> pieces) {
  hmac_context mac(key);
  for (const auto& p : pieces) mac.add(p);
  const auto tag = mac.finish();
  return {tag.begin(), tag.end()};
}

std::optional<secret> hkdf_extract(bytes_view salt, bytes_view material) {
  return hkdf(EVP_KDF_HKDF_MODE_EXTRACT_ONLY, material, OSSL_KDF_PARAM_SALT, salt);
}

std::optional<secret> hkdf_expand(const secret& key, bytes_view info) {
  return hkdf(EVP_KDF_HKDF_MODE_EXPAND_ONLY, key.view(), OSSL_KDF_PARAM_INFO, info);
}

std::optional<ephemeral_key> ephemeral_key::make(random_source& random) {
  return of(random_secret(random));
}

std::optional<ephemeral_key> ephemeral_key::of(const secret& private_key) {
  const quiet_errors quiet;
  ephemeral_key out;
  out.key_.reset(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_X25519, nullptr, private_key.data(), secret::size));
  out.public_half_.resize(ephemeral_octets);
  auto size = out.public_half_.size();
  if (!out.key_ ||
      EVP_PKEY_get_raw_public_key(out.key_.get(), octets_of(out.public_half_), &size) != 1 ||
      size != ephemeral_octets)
    return std::nullopt;
  return out;
}

std::optional<secret> ephemeral_key::agree(bytes_view with) const {
  if (with.size() != ephemeral_octets) return std::nullopt;
  const quiet_errors quiet;
  const pkey_ptr other(
      EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, nullptr, octets_of(with), with.size()));
  const pkey_context_ptr context(EVP_PKEY_CTX_new(key_.get(), nullptr));
  secret out;
  auto size = secret::size;
  if (!other || !context || EVP_PKEY_derive_init(context.get()) != 1 ||
      EVP_PKEY_derive_set_peer(context.get(), other.get()) != 1 ||
      EVP_PKEY_derive(context.get(), out.data(), &size) != 1 || size != secret::size ||
      out.same_as(secret()))
    return std::nullopt;
  return out;
}

bytes seal_once(const secret& key, bytes_view associated, bytes_view text) {
  const quiet_errors quiet;
  const cipher_context_ptr c(EVP_CIPHER_CTX_new());
  bytes out(text.size() + seal_tag_octets, '\0');
  int size = 0;
  if (!c ||
      EVP_EncryptInit_ex(c.get(), EVP_chacha20_poly1305(), nullptr, key.data(),
                         zero_nonce.data()) != 1 ||
      EVP_EncryptUpdate(c.get(), nullptr, &size, octets_of(associated),
                        static_cast<int>(associated.size())) != 1 ||
      EVP_EncryptUpdate(c.get(), octets_of(out), &size, octets_of(text),
                        static_cast<int>(text.size())) != 1 ||
      EVP_EncryptFinal_ex(c.get(), octets_of(out) + size, &size) != 1 ||
      EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_AEAD_GET_TAG, static_cast<int>(seal_tag_octets),
                          out.data() + text.size()) != 1)
    return {};
  return out;
}

std::optional<bytes> open_once(const secret& key, bytes_view associated, bytes_view sealed) {
  if (sealed.size() < seal_tag_octets) return std::nullopt;
  const quiet_errors quiet;
  const cipher_context_ptr c(EVP_CIPHER_CTX_new());
  bytes out(sealed.size() - seal_tag_octets, '\0');
  bytes tag(sealed.substr(out.size()));
  int size = 0;
  if (!c ||
      EVP_DecryptInit_ex(c.get(), EVP_chacha20_poly1305(), nullptr, key.data(),
                         zero_nonce.data()) != 1 ||
      EVP_CIPHER_CTX_ctrl(c.get(), EVP_CTRL_AEAD_SET_TAG, static_cast<int>(tag.size()),
                          tag.data()) != 1 ||
      EVP_DecryptUpdate(c.get(), nullptr, &size, octets_of(associated),
                        static_cast<int>(associated.size())) != 1 ||
      EVP_DecryptUpdate(c.get(), octets_of(out), &size, octets_of(sealed),
                        static_cast<int>(out.size())) != 1 ||
      EVP_DecryptFinal_ex(c.get(), octets_of(out) + size, &size) != 1)
    return std::nullopt;
  return out;
}

secret random_secret(random_source& random) {
  secret out;
  for (std::size_t at = 0; at < secret::size; at += 8) {
    auto n = random.next();
    for (std::size_t i = 0; i < 8; ++i, n >>= 8)
      out.data()[at + i] = static_cast<unsigned char>(n & 0xff);
  }
  return out;
}

bytes random_octets(random_source& random, std::size_t octets) {
  bytes out;
  while (out.size() < octets) out += big_endian(random.next());
  out.resize(octets);
  return out;
}

} // namespace loa::net
