#include <bindings/http/internal/tls.hpp>

#include <fmt/format.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdint>

namespace loa::http {

namespace {

/// OpenSSL's own socket BIO writes in a way that can raise SIGPIPE, which would end the program
/// that embeds us; so the octets take our own way to the socket.
int socket_of(BIO* b) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(b)));
}

bool again() {
  return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

int bio_write(BIO* b, const char* data, int size) {
  BIO_clear_retry_flags(b);
  const auto n = ::send(socket_of(b), data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  if (n < 0 && again()) BIO_set_retry_write(b);
  return static_cast<int>(n);
}

int bio_read(BIO* b, char* to, int size) {
  BIO_clear_retry_flags(b);
  const auto n = ::recv(socket_of(b), to, static_cast<std::size_t>(size), 0);
  if (n < 0 && again()) BIO_set_retry_read(b);
  return static_cast<int>(n);
}

long bio_control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* socket_method() {
  static const auto* the_method = [] {
    auto* m = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "loa socket");
    BIO_meth_set_write(m, bio_write);
    BIO_meth_set_read(m, bio_read);
    BIO_meth_set_ctrl(m, bio_control);
    return m;
  }();
  return the_method;
}

error failed(const std::filesystem::path& file, std::string_view what) {
  char text[256] = "no detail";
  if (const auto code = ERR_peek_last_error()) ERR_error_string_n(code, text, sizeof text);
  ERR_clear_error();
  return {errc::malformed, fmt::format("{}: {} ({}).", file.string(), what, text), {}};
}

int choose_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* in, unsigned in_size, void*) {
  static constexpr unsigned char ours[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};
  unsigned char* chosen = nullptr;
  if (SSL_select_next_proto(&chosen, out_size, ours, sizeof ours, in, in_size) !=
      OPENSSL_NPN_NEGOTIATED)
    return SSL_TLSEXT_ERR_ALERT_FATAL; // RFC 7301, section 3.2
  *out = chosen;
  return SSL_TLSEXT_ERR_OK;
}

} // namespace

result<std::shared_ptr<const tls_context>>
tls_context::load(const std::filesystem::path& certificate, const std::filesystem::path& key) {
  ERR_clear_error();
  std::shared_ptr<ssl_ctx_st> context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
  if (!context) return error{errc::internal, "OpenSSL could not make a TLS context.", {}};
  auto* c = context.get();
  SSL_CTX_set_min_proto_version(c, TLS1_2_VERSION);
  SSL_CTX_set_options(c, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION |
                             SSL_OP_CIPHER_SERVER_PREFERENCE);
  SSL_CTX_set_mode(c, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                          SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  SSL_CTX_set_session_cache_mode(c, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_alpn_select_cb(c, choose_protocol, nullptr);
  if (SSL_CTX_use_certificate_chain_file(c, certificate.c_str()) != 1)
    return failed(certificate, "this is not a certificate (chain) in PEM");
  if (SSL_CTX_use_PrivateKey_file(c, key.c_str(), SSL_FILETYPE_PEM) != 1)
    return failed(key, "this is not a private key in PEM, or it does not fit the certificate");
  if (SSL_CTX_check_private_key(c) != 1) return failed(key, "the key does not fit the certificate");
  return std::shared_ptr<const tls_context>(new tls_context(std::move(context)));
}

void tls_session::release::operator()(ssl_st* s) const noexcept {
  SSL_free(s);
}

tls_session::tls_session(const tls_context& context, int socket)
    : ssl_(SSL_new(context.context_.get())) {
  auto* bio = BIO_new(socket_method());
  if (!ssl_ || !bio) {
    BIO_free(bio);
    ssl_.reset();
    return;
  }
  BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(socket)));
  BIO_set_init(bio, 1);
  SSL_set_bio(ssl_.get(), bio, bio);
  SSL_set_accept_state(ssl_.get());
}

io_step tls_session::outcome_of(int returned) const {
  using enum io_step::outcome;
  switch (SSL_get_error(ssl_.get(), returned)) {
  case SSL_ERROR_WANT_READ:
    return {wait_read, 0};
  case SSL_ERROR_WANT_WRITE:
    return {wait_write, 0};
  case SSL_ERROR_ZERO_RETURN:
    return {closed, 0};
  default:
    return {failed, 0};
  }
}

io_step tls_session::handshake() {
  if (!ssl_) return {io_step::outcome::failed, 0};
  ERR_clear_error();
  const auto n = SSL_do_handshake(ssl_.get());
  return n == 1 ? io_step{} : outcome_of(n);
}

io_step tls_session::read(char* to, std::size_t most) {
  ERR_clear_error();
  const auto n = SSL_read(ssl_.get(), to, static_cast<int>(std::min<std::size_t>(most, INT_MAX)));
  if (n > 0) return {io_step::outcome::done, static_cast<std::size_t>(n)};
  return outcome_of(n);
}

io_step tls_session::write(std::string_view data) {
  ERR_clear_error();
  const auto size = static_cast<int>(std::min<std::size_t>(data.size(), INT_MAX));
  const auto n = SSL_write(ssl_.get(), data.data(), size);
  if (n > 0) return {io_step::outcome::done, static_cast<std::size_t>(n)};
  return outcome_of(n);
}

void tls_session::shut() {
  ERR_clear_error();
  if (ssl_ && SSL_is_init_finished(ssl_.get())) SSL_shutdown(ssl_.get());
}

} // namespace loa::http
