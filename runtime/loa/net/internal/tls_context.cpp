#include <loa/net/internal/certificate.hpp>
#include <loa/net/internal/tls_context.hpp>
#include <loa/net/refusal.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>

namespace loa::net {

namespace {

constexpr std::size_t most_file_octets = std::size_t{1} << 20;

result<std::string> read_file(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::string text(most_file_octets + 1, '\0');
  if (!in || in.read(text.data(), static_cast<std::streamsize>(text.size())).bad())
    return error{errc::not_found, fmt::format("{} cannot be read.", path.string()), {}};
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most_file_octets)
    return error{errc::too_large, fmt::format("{} is longer than 1 MiB.", path.string()), {}};
  return text;
}

/// Which alert tells the other side.
int alert_of(refusal r) {
  switch (r) {
  case refusal::expired:
    return X509_V_ERR_CERT_HAS_EXPIRED;
  case refusal::not_yet_valid:
    return X509_V_ERR_CERT_NOT_YET_VALID;
  case refusal::other_authority:
    return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  default:
    return X509_V_ERR_CERT_REJECTED;
  }
}

bool use(SSL_CTX* context, const std::vector<x509_ptr>& chain, EVP_PKEY* key) {
  if (SSL_CTX_use_certificate(context, chain.front().get()) != 1 ||
      SSL_CTX_use_PrivateKey(context, key) != 1)
    return false;
  for (std::size_t i = 1; i < chain.size(); ++i)
    if (SSL_CTX_add1_chain_cert(context, chain[i].get()) != 1) return false;
  return true;
}

} // namespace

result<std::shared_ptr<const tls_context>>
tls_context::load(const std::filesystem::path& certificate, const std::filesystem::path& key,
                  const std::filesystem::path& authority, const clock& time) {
  const auto certificate_pem = read_file(certificate);
  if (!certificate_pem) return certificate_pem.error();
  const auto key_pem = read_file(key);
  if (!key_pem) return key_pem.error();
  const auto authority_pem = read_file(authority);
  if (!authority_pem) return authority_pem.error();
  auto who = identity::load(*certificate_pem, *key_pem, *authority_pem);
  if (!who) return who.error();
  auto chain =
      read_certificates(*certificate_pem, most_chain_certificates, "The certificate's file");
  if (!chain) return chain.error();
  auto own = read_private_key(*key_pem);
  if (!own) return own.error();

  const quiet_errors quiet;
  std::shared_ptr<tls_context> made(new tls_context(*std::move(who), time));
  made->context_.reset(SSL_CTX_new(TLS_method()));
  auto* c = made->context_.get();
  if (c == nullptr || SSL_CTX_set_min_proto_version(c, TLS1_3_VERSION) != 1 ||
      SSL_CTX_set_max_proto_version(c, TLS1_3_VERSION) != 1 || !use(c, *chain, own->get()))
    return error{errc::internal, "OpenSSL does not take the certificate.", {}};
  SSL_CTX_set_verify(c, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  SSL_CTX_set_cert_verify_callback(c, judge, made.get());
  SSL_CTX_set_max_cert_list(c, static_cast<long>(2 * most_chain_octets));
  // A session that is resumed would not show its certificate again.
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(c, 0);
  SSL_CTX_set_options(c, SSL_OP_NO_TICKET);
  SSL_CTX_set_mode(c, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                          SSL_MODE_RELEASE_BUFFERS);
  return std::shared_ptr<const tls_context>(std::move(made));
}

ssl_ptr tls_context::begin(std::string& verdict) const {
  const quiet_errors quiet;
  ssl_ptr made(SSL_new(context_.get()));
  if (made) SSL_set_app_data(made.get(), &verdict);
  return made;
}

int tls_context::judge(X509_STORE_CTX* shown, void* context) {
  const auto& self = *static_cast<const tls_context*>(context);
  auto* ssl =
      static_cast<SSL*>(X509_STORE_CTX_get_ex_data(shown, SSL_get_ex_data_X509_STORE_CTX_idx()));
  const auto* all = X509_STORE_CTX_get0_untrusted(shown);
  std::vector<bytes> chain;
  chain.reserve(static_cast<std::size_t>(std::max(sk_X509_num(all), 0)));
  for (int i = 0; i < sk_X509_num(all); ++i) chain.push_back(to_der(*sk_X509_value(all, i)));
  const auto peer = self.who_.issuer().verify(chain, self.time_.now());
  if (peer) {
    X509_STORE_CTX_set_error(shown, X509_V_OK);
    return 1;
  }
  *static_cast<std::string*>(SSL_get_app_data(ssl)) = peer.error().detail;
  X509_STORE_CTX_set_error(shown, alert_of(refusal_of(peer.error())));
  return 0;
}

} // namespace loa::net
