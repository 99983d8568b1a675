#include "transport_strangers.hpp"

#include <catch2/catch.hpp>
#include <openssl/ssl.h>
#include <sys/time.h>

#include <array>

namespace loa::net::test {

namespace {

descriptor connected(std::uint16_t port) {
  const auto to = *addresses_of({"127.0.0.1", port}, lookup::numbers_only);
  descriptor s(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  REQUIRE(s);
  REQUIRE(::connect(s.get(), to.front().get(), to.front().size) == 0);
  const timeval wait{30, 0};
  ::setsockopt(s.get(), SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof wait);
  return s;
}

} // namespace

silent_host::silent_host(bool deaf) {
  auto listening = listen_on({"127.0.0.1", 0});
  REQUIRE(listening);
  socket_ = *std::move(listening);
  if (!deaf) return;
  // With its queue full the system drops whoever calls.
  REQUIRE(::listen(socket_.get(), 0) == 0);
  const auto own = *addresses_of({"127.0.0.1", port_of(socket_)}, lookup::numbers_only);
  for (int i = 0; i < 4; ++i) fillers_.push_back(begin_connection(own.front()).first);
}

std::string silent_host::address() const {
  return "127.0.0.1:" + std::to_string(port_of(socket_));
}

stranger::stranger(std::uint16_t port) : socket_(connected(port)) {}

void stranger::say(bytes_view octets) const {
  (void)!::send(socket_.get(), octets.data(), octets.size(), MSG_NOSIGNAL);
}

bool stranger::is_dropped() const {
  std::array<char, 1024> buffer{};
  for (;;) {
    const auto got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
    if (got > 0) continue;
    return got == 0 || errno == ECONNRESET;
  }
}

struct tls_stranger::parts {
  descriptor socket;
  SSL_CTX* context = nullptr;
  SSL* ssl = nullptr;
};

tls_stranger::tls_stranger(std::uint16_t port, const manners& m)
    : tls_stranger(connected(port), m) {
  SSL_set_connect_state(parts_->ssl);
}

tls_stranger::tls_stranger(descriptor accepted, const manners& m)
    : parts_(std::make_unique<parts>()) {
  parts_->socket = std::move(accepted);
  parts_->context = SSL_CTX_new(TLS_method());
  SSL_CTX_set_verify(parts_->context, SSL_VERIFY_NONE, nullptr);
  if (m.old_tls) SSL_CTX_set_max_proto_version(parts_->context, TLS1_2_VERSION);
  if (!m.certificate.empty()) {
    REQUIRE(SSL_CTX_use_certificate_file(parts_->context, m.certificate.c_str(),
                                         SSL_FILETYPE_PEM) == 1);
    REQUIRE(SSL_CTX_use_PrivateKey_file(parts_->context, m.key.c_str(), SSL_FILETYPE_PEM) == 1);
  }
  parts_->ssl = SSL_new(parts_->context);
  SSL_set_fd(parts_->ssl, parts_->socket.get());
  SSL_set_accept_state(parts_->ssl);
}

tls_stranger::~tls_stranger() {
  SSL_free(parts_->ssl);
  SSL_CTX_free(parts_->context);
}

bool tls_stranger::shakes() {
  return SSL_do_handshake(parts_->ssl) == 1;
}

bool tls_stranger::says(bytes_view octets) {
  std::size_t written = 0;
  return SSL_write_ex(parts_->ssl, octets.data(), octets.size(), &written) == 1;
}

bytes tls_stranger::hears(std::size_t octets) {
  bytes all;
  std::array<char, 1024> buffer{};
  while (all.size() < octets) {
    std::size_t got = 0;
    if (SSL_read_ex(parts_->ssl, buffer.data(), std::min(buffer.size(), octets - all.size()),
                    &got) != 1)
      break;
    all.append(buffer.data(), got);
  }
  return all;
}

void noted_log::write(log_level, std::string_view, std::string_view message,
                      std::initializer_list<log_field> fields) {
  std::string line(message);
  for (const auto& f : fields) line.append(" ").append(f.key).append("=").append(f.value);
  std::lock_guard lock(mutex_);
  lines_.push_back(std::move(line));
  news_.notify_all();
}

std::vector<std::string> noted_log::lines(std::size_t least) const {
  std::unique_lock lock(mutex_);
  news_.wait_for(lock, std::chrono::seconds(30), [&] { return lines_.size() >= least; });
  return lines_;
}

} // namespace loa::net::test
