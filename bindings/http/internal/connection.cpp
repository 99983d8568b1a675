#include <bindings/http/internal/connection.hpp>
#include <bindings/http/internal/http_side.hpp>
#include <bindings/http/internal/worker.hpp>

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <array>
#include <cerrno>

namespace loa::http {

namespace {

using enum io_step::outcome;

/// Reads in a row before others have their turn.
constexpr int reads_in_a_row = 8;
/// What a client may still send while it should read its last answer.
constexpr std::uint32_t most_discarded = 16U << 20;
/// Chunks that one system call sends.
constexpr std::size_t most_gathered = 32;

/// What came of a call that writes; errno is still its own.
io_step step_of(ssize_t written) {
  if (written >= 0) return {done, static_cast<std::size_t>(written)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {wait_write, 0};
  return {failed, 0};
}

} // namespace

connection::connection(worker& home, connection_id id, tcp_socket socket, std::uint64_t from,
                       const tls_context* tls)
    : home_(home),
      id_(id),
      from_(from),
      socket_(std::move(socket)) {
  const int on = 1;
  ::setsockopt(socket_.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (tls) tls_ = std::make_unique<tls_session>(*tls, socket_.native_handle());
}

connection::~connection() {
  if (protocol_) protocol_->on_gone();
  home_.shared().ledger.release(from_);
}

void connection::start() {
  if (tls_) {
    handshaking_ = true;
    set_deadline(home_.now() + home_.limits().handshake);
    return handshake();
  }
  protocol_ = std::make_unique<http_side>(*this);
  arm_read(); // a client that has sent its request already is found readable at once
}

void connection::handshake() {
  switch (tls_->handshake().how) {
  case done:
    handshaking_ = false;
    protocol_ = std::make_unique<http_side>(*this);
    return read();
  case wait_read:
    return arm_read();
  case wait_write:
    return arm_write();
  case closed:
  case failed:
    return end();
  }
}

io_step connection::read_some(char* to, std::size_t most) {
  if (tls_) return tls_->read(to, most);
  const auto n = ::recv(socket_.native_handle(), to, most, MSG_DONTWAIT);
  if (n > 0) return {done, static_cast<std::size_t>(n)};
  if (n == 0) return {closed, 0};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {wait_read, 0};
  return {failed, 0};
}

io_step connection::write_some(std::string_view data) {
  if (tls_) return tls_->write(data);
  return step_of(
      ::send(socket_.native_handle(), data.data(), data.size(), MSG_DONTWAIT | MSG_NOSIGNAL));
}

io_step connection::write_unsent() {
  if (tls_ || outbox_.chunks() == 1) return write_some(outbox_.front());
  std::array<std::string_view, most_gathered> chunks;
  std::array<iovec, most_gathered> parts{};
  const auto count = outbox_.gather(chunks);
  for (std::size_t i = 0; i < count; ++i)
    parts[i] = {const_cast<char*>(chunks[i].data()), chunks[i].size()};
  msghdr message{};
  message.msg_iov = parts.data();
  message.msg_iovlen = count;
  return step_of(::sendmsg(socket_.native_handle(), &message, MSG_DONTWAIT | MSG_NOSIGNAL));
}

void connection::on_readable() {
  reading_ = false;
  if (handshaking_) return handshake();
  if (tls_ && !writing_) flush(); // OpenSSL may have waited for octets in order to write
  if (!ended_) read();
}

void connection::read() {
  auto& buffer = home_.buffer();
  for (int i = 0; i < reads_in_a_row; ++i) {
    if (ended_ || peer_ended_) return;
    if (!lingering_ && !protocol_->wants_data()) return;
    const auto step = read_some(buffer.data(), buffer.size());
    if (!consume(step)) return;
    // A socket that gave less than it might has no more; with TLS only OpenSSL knows.
    if (!tls_ && step.octets < buffer.size()) return arm_read();
  }
  home_.read_later(id_);
}

bool connection::consume(const io_step& step) {
  switch (step.how) {
  case done:
    break;
  case wait_read:
    arm_read();
    return false;
  case wait_write:
    arm_write();
    return false;
  case failed:
    end();
    return false;
  case closed:
    peer_ended_ = true;
    if (lingering_)
      end();
    else
      protocol_->on_end();
    return false;
  }
  if (lingering_) {
    discarded_ += static_cast<std::uint32_t>(step.octets);
    if (discarded_ > most_discarded) end();
    return !ended_;
  }
  protocol_->on_data({home_.buffer().data(), step.octets});
  settle();
  return !ended_;
}

void connection::settle() {
  while (next_ && !ended_) {
    protocol_ = std::move(next_);
    const auto rest = std::exchange(rest_, {});
    protocol_->on_begin();
    protocol_->on_data(rest);
    resume();
  }
}

void connection::become(std::unique_ptr<protocol> next, std::string_view rest) {
  next_ = std::move(next);
  rest_ = rest;
}

void connection::resume() {
  if (!reading_ && !ended_ && !peer_ended_) home_.read_later(id_);
}

void connection::send(shared_text chunk) {
  if (ended_ || lingering_) return;
  std::size_t sent = 0;
  if (outbox_.empty() && !held_) {
    const auto step = write_some(*chunk);
    if (step.how == failed || step.how == closed) return end();
    if (step.how == done) sent = step.octets;
    if (sent == chunk->size()) return;
    wait_for_room();
  }
  outbox_.push(std::move(chunk), sent);
}

void connection::wait_for_room() {
  write_deadline_ = home_.now() + home_.limits().write;
  home_.set_deadline(id_, std::min(deadline_, write_deadline_));
  arm_write();
}

void connection::let_go() {
  held_ = false;
  if (ended_ || writing_ || outbox_.empty()) return;
  flush();
  if (!ended_ && !outbox_.empty()) wait_for_room();
}

void connection::on_writable() {
  writing_ = false;
  if (handshaking_) return handshake();
  flush();
  // OpenSSL may have waited for room in order to read.
  if (tls_ && !reading_ && !ended_ && !peer_ended_) read();
}

void connection::flush() {
  const bool waited = !outbox_.empty();
  while (!outbox_.empty()) {
    const auto step = write_unsent();
    if (step.how == failed || step.how == closed) return end();
    if (step.how == wait_read) return arm_read();
    if (step.how == wait_write) return arm_write();
    outbox_.sent(step.octets);
    write_deadline_ = home_.now() + home_.limits().write;
  }
  write_deadline_ = steady_time::max();
  if (finishing_) return linger();
  if (waited) protocol_->on_sent();
}

void connection::finish() {
  if (finishing_ || ended_) return;
  finishing_ = true;
  if (outbox_.empty()) linger();
}

void connection::linger() {
  if (tls_) tls_->shut();
  ::shutdown(socket_.native_handle(), SHUT_WR);
  if (peer_ended_) return end();
  lingering_ = true;
  set_deadline(home_.now() + home_.limits().linger);
  resume();
}

void connection::set_deadline(steady_time t) {
  deadline_ = t;
  home_.set_deadline(id_, std::min(deadline_, write_deadline_));
}

void connection::on_deadline(steady_time now) {
  if (lingering_ || handshaking_ || (write_deadline_ <= now && !outbox_.empty())) return end();
  if (deadline_ <= now) {
    deadline_ = steady_time::max();
    protocol_->on_deadline(now);
  }
  home_.set_deadline(id_, std::min(deadline_, write_deadline_));
}

void connection::drain() {
  if (handshaking_) return end();
  if (!lingering_ && !finishing_) protocol_->on_drain();
}

void connection::arm_read() {
  if (std::exchange(reading_, true)) return;
  socket_.async_wait(tcp_socket::wait_read, [home = &home_, id = id_](const auto& failure) {
    if (!failure) home->with(id, [](connection& c) { c.on_readable(); });
  });
}

void connection::arm_write() {
  if (std::exchange(writing_, true)) return;
  socket_.async_wait(tcp_socket::wait_write, [home = &home_, id = id_](const auto& failure) {
    if (!failure) home->with(id, [](connection& c) { c.on_writable(); });
  });
}

} // namespace loa::http
