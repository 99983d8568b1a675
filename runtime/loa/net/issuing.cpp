#include <loa/net/internal/certificate.hpp>
#include <loa/net/internal/crypto.hpp>
#include <loa/net/issuing.hpp>

#include <fmt/format.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

namespace loa::net {

namespace {

error broken() {
  return {errc::internal, "OpenSSL could not make the certificate.", {}};
}

pkey_ptr new_key(key_kind kind, random_source& random) {
  if (kind == key_kind::p256) return pkey_ptr(EVP_EC_gen("P-256"));
  const auto seed = random_secret(random);
  return pkey_ptr(
      EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), secret::size));
}

/// Positive, of 16 octets, and unpredictable (RFC 5280, section 4.1.2.2).
bool set_serial(X509* to, random_source& random) {
  auto octets = random_octets(random, 16);
  octets[0] = static_cast<char>((octets[0] & 0x7f) | 0x40);
  const std::unique_ptr<BIGNUM, freeing<BN_free>> number(
      BN_bin2bn(octets_of(octets), static_cast<int>(octets.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(to)) != nullptr;
}

bool set_name(X509_NAME* to, std::string_view organization, std::string_view common) {
  const auto add = [&](const char* field, std::string_view text) {
    return X509_NAME_add_entry_by_txt(to, field, MBSTRING_UTF8, octets_of(text),
                                      static_cast<int>(text.size()), -1, 0) == 1;
  };
  return add("O", organization) && add("CN", common);
}

bool set_validity(X509* to, const validity& when) {
  const auto seconds = [](instant t) {
    return std::chrono::floor<std::chrono::seconds>(t).time_since_epoch().count();
  };
  return ASN1_TIME_set(X509_getm_notBefore(to), seconds(when.from)) &&
         ASN1_TIME_set(X509_getm_notAfter(to), seconds(when.from + when.lifetime));
}

bool add_extension(X509* to, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, to, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, freeing<X509_EXTENSION_free>> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(to, extension.get(), -1) == 1;
}

bool sign(X509* certificate, EVP_PKEY* with) {
  const auto* digest = EVP_PKEY_get_base_id(with) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
  return X509_sign(certificate, with, digest) > 0;
}

std::string text_in(BIO* b) {
  char* at = nullptr;
  const auto size = BIO_get_mem_data(b, &at);
  return {at, static_cast<std::size_t>(size)};
}

result<issued> to_pem(X509* certificate, EVP_PKEY* key) {
  const bio_ptr one(BIO_new(BIO_s_mem()));
  const bio_ptr other(BIO_new(BIO_s_secmem()));
  if (!one || !other || PEM_write_bio_X509(one.get(), certificate) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(other.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1)
    return broken();
  return issued{text_in(one.get()), text_in(other.get())};
}

result<void> check(const validity& when) {
  const auto last = std::chrono::sys_days(std::chrono::year(9999) / 12 / 31);
  if (when.from < instant() || when.from >= last || when.lifetime < std::chrono::seconds(1) ||
      when.lifetime > last - when.from)
    return error{errc::rule,
                 "A certificate is valid for a second at least, within the years 1970 to 9999.",
                 {}};
  return {};
}

/// A certificate with everything but extensions and signature.
x509_ptr begin(EVP_PKEY* key, const validity& when, random_source& random) {
  x509_ptr made(X509_new());
  if (!key || !made || X509_set_version(made.get(), X509_VERSION_3) != 1 ||
      !set_serial(made.get(), random) || !set_validity(made.get(), when) ||
      X509_set_pubkey(made.get(), key) != 1)
    return nullptr;
  return made;
}

} // namespace

result<issued> make_authority(std::string_view cluster, const validity& when, random_source& random,
                              key_kind kind) {
  if (!is_node_name(cluster))
    return error{errc::rule, "A cluster's name has 1 to 64 of a-z, 0-9 and '-'.", {}};
  if (auto good = check(when); !good) return good.error();
  const quiet_errors quiet;
  const auto key = new_key(kind, random);
  const auto made = begin(key.get(), when, random);
  auto* m = made.get();
  if (!m || !set_name(X509_get_subject_name(m), cluster, "Loa authority") ||
      X509_set_issuer_name(m, X509_get_subject_name(m)) != 1 ||
      !add_extension(m, m, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") ||
      !add_extension(m, m, NID_key_usage, "critical,keyCertSign,cRLSign") ||
      !add_extension(m, m, NID_subject_key_identifier, "hash") || !sign(m, key.get()))
    return broken();
  return to_pem(m, key.get());
}

result<issued> issue(const issued& authority, const node_id& node, const validity& when,
                     random_source& random, key_kind kind) {
  if (!node.valid())
    return error{errc::rule, "A node's and a cluster's name have 1 to 64 of a-z, 0-9 and '-'.", {}};
  if (auto good = check(when); !good) return good.error();
  auto issuers = read_certificates(authority.certificate_pem, 1, "The authority's file");
  if (!issuers) return issuers.error();
  auto* issuer = issuers->front().get();
  if (auto good = may_issue(*issuer); !good) return good.error();
  auto with = read_private_key(authority.key_pem);
  if (!with) return with.error();

  const quiet_errors quiet;
  if (X509_check_private_key(issuer, with->get()) != 1)
    return error{errc::rule, "The key is not the one of the authority's certificate.", {}};
  if (when.from + when.lifetime > end_of(*issuer))
    return error{errc::rule,
                 fmt::format("The certificate would outlive its authority, which ends at {}.",
                             format_rfc3339(end_of(*issuer))),
                 {}};
  const auto key = new_key(kind, random);
  const auto made = begin(key.get(), when, random);
  auto* m = made.get();
  if (!m || !set_name(X509_get_subject_name(m), node.cluster, node.node) ||
      X509_set_issuer_name(m, X509_get_subject_name(issuer)) != 1 ||
      !add_extension(m, issuer, NID_basic_constraints, "critical,CA:FALSE") ||
      !add_extension(m, issuer, NID_key_usage, "critical,digitalSignature") ||
      !add_extension(m, issuer, NID_ext_key_usage, "serverAuth,clientAuth") ||
      !add_extension(m, issuer, NID_subject_alt_name, "URI:" + node.to_uri()) ||
      !add_extension(m, issuer, NID_subject_key_identifier, "hash") ||
      !add_extension(m, issuer, NID_authority_key_identifier, "keyid:always") ||
      !sign(m, with->get()))
    return broken();
  return to_pem(m, key.get());
}

} // namespace loa::net
