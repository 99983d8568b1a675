#include <loa/net/internal/socket.hpp>
#include <loa/net/internal/tls_channel.hpp>
#include <loa/net/internal/tls_errors.hpp>

#include <cerrno>

namespace loa::net {

namespace {

/// SSL_get_error() looks at both.
void forget_errors() {
  ERR_clear_error();
  errno = 0;
}

} // namespace

tls_channel::tls_channel(std::shared_ptr<const tls_context> context, int socket, tls_role role)
    : context_(std::move(context)),
      ssl_(context_->begin(verdict_)) {
  if (!ssl_ || SSL_set_fd(ssl_.get(), socket) != 1) {
    ssl_.reset();
    why_ = "OpenSSL begins no conversation.";
    return;
  }
  if (role == tls_role::calls)
    SSL_set_connect_state(ssl_.get());
  else
    SSL_set_accept_state(ssl_.get());
}

tls_step tls_channel::shake() {
  if (!ssl_) return tls_step::failed;
  forget_errors();
  return judge(SSL_do_handshake(ssl_.get()));
}

tls_step tls_channel::read(std::span<char> into, std::size_t& octets) {
  forget_errors();
  return judge(SSL_read_ex(ssl_.get(), into.data(), into.size(), &octets));
}

tls_step tls_channel::write(bytes_view from, std::size_t& octets) {
  forget_errors();
  return judge(SSL_write_ex(ssl_.get(), from.data(), from.size(), &octets));
}

tls_step tls_channel::say_goodbye() {
  forget_errors();
  const auto outcome = SSL_shutdown(ssl_.get());
  return outcome >= 0 ? tls_step::done : judge(outcome); // 0: the other side's is not there yet
}

bool tls_channel::holds_more() const {
  return SSL_pending(ssl_.get()) > 0;
}

tls_step tls_channel::judge(int outcome) {
  const auto number = errno;
  switch (SSL_get_error(ssl_.get(), outcome)) {
  case SSL_ERROR_NONE:
    return tls_step::done;
  case SSL_ERROR_WANT_READ:
    return tls_step::wants_read;
  case SSL_ERROR_WANT_WRITE:
    return tls_step::wants_write;
  case SSL_ERROR_ZERO_RETURN:
    return tls_step::closed;
  case SSL_ERROR_SYSCALL:
    why_ = number == 0 ? "The other side vanished."
                       : "The connection broke: " + describe_errno(number) + ".";
    ERR_clear_error();
    return tls_step::failed;
  default:
    why_ = take_tls_error();
    if (!verdict_.empty()) why_ = "The other side's certificate is refused: " + verdict_;
    return tls_step::failed;
  }
}

} // namespace loa::net
