#include <loa/net/internal/tcp_call.hpp>

#include <cerrno>

namespace loa::net {

tcp_call::tcp_call(event_loop& loop, std::vector<socket_address> to, instant deadline, answer then)
    : loop_(loop),
      to_(std::move(to)),
      deadline_(deadline),
      then_(std::move(then)) {}

void tcp_call::begin() {
  next();
}

void tcp_call::give_up_attempt() {
  failed_ = ETIMEDOUT;
  next();
}

void tcp_call::leave() {
  then_ = nullptr;
  tried_ = to_.size();
  drop_socket();
}

void tcp_call::on_ready() {
  failed_ = error_of(socket_->fd());
  if (failed_ != 0) return next();
  socket_->want(false, false);
  const auto then = std::exchange(then_, nullptr);
  then(std::exchange(socket_, nullptr));
}

void tcp_call::next() {
  drop_socket();
  while (tried_ < to_.size()) {
    const auto now = event_loop::now();
    const auto left = static_cast<duration::rep>(to_.size() - tried_);
    attempt_ends_ = now + std::max(deadline_ - now, duration(0)) / left;
    auto [socket, failed] = begin_connection(to_[tried_++]);
    if (!socket) {
      failed_ = failed;
      continue;
    }
    socket_ = std::make_shared<watch>(loop_.multiplexer(), std::move(socket), *this);
    socket_->want(false, true);
    return;
  }
  if (const auto then = std::exchange(then_, nullptr))
    then(error{errc::unavailable, describe_errno(failed_) + ".", {}});
}

void tcp_call::drop_socket() {
  if (!socket_) return;
  socket_->leave();
  loop_.bury(std::exchange(socket_, nullptr));
}

} // namespace loa::net
