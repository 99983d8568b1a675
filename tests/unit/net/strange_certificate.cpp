#include "strange_certificate.hpp"

#include <catch2/catch.hpp>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <memory>

namespace loa::net::test {

namespace {

using pkey = std::shared_ptr<EVP_PKEY>;
using x509 = std::shared_ptr<X509>;
using bio = std::shared_ptr<BIO>;

bio reader(const std::string& text) {
  return {BIO_new_mem_buf(text.data(), static_cast<int>(text.size())), BIO_free_all};
}

std::string written(const bio& b) {
  char* at = nullptr;
  const auto size = BIO_get_mem_data(b.get(), &at);
  return {at, static_cast<std::size_t>(size)};
}

EVP_PKEY* fresh(const std::string& kind) {
  if (kind == "RSA") return EVP_RSA_gen(2048);
  if (kind == "ED25519") return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  return EVP_EC_gen(kind.c_str());
}

} // namespace

issued make_strange(const strange& s, const issued* by, const validity& when) {
  const pkey key(fresh(s.key), EVP_PKEY_free);
  REQUIRE(key);
  const x509 made(X509_new(), X509_free);
  pkey signing = key;
  x509 issuer = made;
  if (by) {
    issuer.reset(PEM_read_bio_X509(reader(by->certificate_pem).get(), nullptr, nullptr, nullptr),
                 X509_free);
    signing.reset(PEM_read_bio_PrivateKey(reader(by->key_pem).get(), nullptr, nullptr, nullptr),
                  EVP_PKEY_free);
  }
  auto* m = made.get();
  X509_set_version(m, X509_VERSION_3);
  static long serial = 1000;
  ASN1_INTEGER_set(X509_get_serialNumber(m), ++serial);
  ASN1_TIME_set(X509_getm_notBefore(m), to_millis(when.from) / 1000);
  ASN1_TIME_set(X509_getm_notAfter(m), to_millis(when.from + when.lifetime) / 1000);
  const auto name = "strange " + std::to_string(serial);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(m), "CN", MBSTRING_UTF8,
                             reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
  X509_set_issuer_name(m, X509_get_subject_name(issuer.get()));
  X509_set_pubkey(m, key.get());
  auto extensions = s.extensions;
  extensions.emplace_back("subjectKeyIdentifier", "hash");
  if (by) extensions.emplace_back("authorityKeyIdentifier", "keyid:always");
  for (const auto& [kind, value] : extensions) {
    X509V3_CTX context;
    X509V3_set_ctx_nodb(&context);
    X509V3_set_ctx(&context, issuer.get(), m, nullptr, nullptr, 0);
    const std::shared_ptr<X509_EXTENSION> extension(
        X509V3_EXT_nconf(nullptr, &context, kind.c_str(), value.c_str()), X509_EXTENSION_free);
    INFO(kind << " = " << value);
    REQUIRE(extension);
    X509_add_ext(m, extension.get(), -1);
  }
  const bool hashes = EVP_PKEY_get_base_id(signing.get()) == EVP_PKEY_ED25519;
  REQUIRE(X509_sign(m, signing.get(), hashes ? nullptr : EVP_sha256()) > 0);

  const bio certificate(BIO_new(BIO_s_mem()), BIO_free_all);
  const bio pem_key(BIO_new(BIO_s_mem()), BIO_free_all);
  PEM_write_bio_X509(certificate.get(), m);
  PEM_write_bio_PKCS8PrivateKey(pem_key.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return {written(certificate), written(pem_key)};
}

} // namespace loa::net::test
