#include <loa/net/internal/certificate.hpp>
#include <loa/net/refusal.hpp>

#include <fmt/format.h>
#include <openssl/pem.h>

#include <climits>
#include <ctime>

namespace loa::net {

namespace {

using names_ptr = std::unique_ptr<GENERAL_NAMES, freeing<GENERAL_NAMES_free>>;

/// OpenSSL would ask for a password at the terminal.
int no_password(char*, int, int, void*) {
  return -1;
}

bio_ptr reader_of(std::string_view text) {
  if (text.size() > INT_MAX) return nullptr;
  return bio_ptr(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

instant to_instant(const ASN1_TIME* t) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(t, &parts) != 1) return {};
  return from_millis(static_cast<std::int64_t>(::timegm(&parts)) * 1000);
}

bool has_usage(const X509& certificate, std::uint32_t usage) {
  // An absent extension would allow everything; we want it to say so.
  auto* c = const_cast<X509*>(&certificate);
  return (X509_get_extension_flags(c) & EXFLAG_KUSAGE) != 0 && (X509_get_key_usage(c) & usage) != 0;
}

bool is_authority(const X509& certificate) {
  const auto flags = X509_get_extension_flags(const_cast<X509*>(&certificate));
  return (flags & EXFLAG_BCONS) != 0 && (flags & EXFLAG_CA) != 0;
}

bool is_broken(const X509& certificate) {
  return (X509_get_extension_flags(const_cast<X509*>(&certificate)) & EXFLAG_INVALID) != 0;
}

} // namespace

result<std::vector<x509_ptr>> read_certificates(std::string_view pem, std::size_t most,
                                                std::string_view what) {
  const quiet_errors quiet;
  const auto in = reader_of(pem);
  std::vector<x509_ptr> out;
  while (in) {
    x509_ptr one(PEM_read_bio_X509(in.get(), nullptr, no_password, nullptr));
    if (!one) break;
    if (out.size() == most)
      return refuse(refusal::bad_certificate,
                    fmt::format("{} holds more than {} certificates.", what, most));
    out.push_back(std::move(one));
  }
  const auto last = ERR_peek_last_error();
  const bool ended =
      ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
  if (out.empty() || !ended)
    return refuse(refusal::bad_certificate,
                  fmt::format("{} must be X.509 certificates in PEM{}.", what,
                              out.empty() ? "" : ", and what follows the first is not"));
  return out;
}

result<pkey_ptr> read_private_key(std::string_view pem) {
  const quiet_errors quiet;
  const auto in = reader_of(pem);
  pkey_ptr key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_password, nullptr) : nullptr);
  if (!key)
    return error{errc::malformed, "The key must be a private key in PEM without a password.", {}};
  return key;
}

x509_ptr from_der(bytes_view der) {
  if (der.empty() || der.size() > INT_MAX) return nullptr;
  const quiet_errors quiet;
  const auto* at = octets_of(der);
  x509_ptr out(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (out && at != octets_of(der) + der.size()) out.reset();
  return out;
}

bytes to_der(const X509& certificate) {
  const auto size = i2d_X509(&certificate, nullptr);
  if (size <= 0) return {};
  bytes out(static_cast<std::size_t>(size), '\0');
  auto* to = octets_of(out);
  i2d_X509(&certificate, &to);
  return out;
}

result<node_id> name_in(const X509& certificate) {
  const quiet_errors quiet;
  int found = 0;
  const names_ptr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(&certificate, NID_subject_alt_name, &found, nullptr)));
  std::optional<node_id> id;
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const auto* one = sk_GENERAL_NAME_value(names.get(), i);
    if (one->type != GEN_URI) continue;
    const auto* uri = one->d.uniformResourceIdentifier;
    const std::string_view text(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                                static_cast<std::size_t>(ASN1_STRING_length(uri)));
    if (!text.starts_with("loa:")) continue;
    auto parsed = node_id::parse_uri(text);
    if (!parsed || id) return refuse(refusal::no_loa_name);
    id = *std::move(parsed);
  }
  if (!id) return refuse(refusal::no_loa_name);
  return *std::move(id);
}

result<void> may_issue(const X509& certificate) {
  if (is_broken(certificate) || !is_authority(certificate) ||
      !has_usage(certificate, KU_KEY_CERT_SIGN))
    return refuse(refusal::not_for_signing,
                  "An authority's certificate must be a CA's (basicConstraints) and be for signing "
                  "certificates (keyUsage keyCertSign).");
  return {};
}

result<void> may_sign(const X509& certificate) {
  if (is_broken(certificate) || is_authority(certificate) ||
      !has_usage(certificate, KU_DIGITAL_SIGNATURE))
    return refuse(refusal::not_for_signing,
                  "A node's certificate must be for signing (keyUsage digitalSignature) and not be "
                  "an authority's.");
  return {};
}

instant begin_of(const X509& certificate) {
  return to_instant(X509_get0_notBefore(&certificate));
}

instant end_of(const X509& certificate) {
  return to_instant(X509_get0_notAfter(&certificate));
}

} // namespace loa::net
