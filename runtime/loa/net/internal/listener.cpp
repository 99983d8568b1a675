#include <loa/net/internal/listener.hpp>

#include <cerrno>

namespace loa::net {

namespace {

/// Lines that are open have their turn between so many callers.
constexpr int most_at_a_time = 16;
constexpr duration pause = std::chrono::seconds(1);

bool is_of_one_caller(int number) {
  return number == ECONNABORTED || number == EINTR || number == EPROTO || number == EPERM;
}

} // namespace

listener::listener(event_loop& loop, descriptor socket, caller then, trouble cannot)
    : loop_(loop),
      socket_(std::make_shared<watch>(loop.multiplexer(), std::move(socket), *this)),
      then_(std::move(then)),
      cannot_(std::move(cannot)) {}

void listener::begin() {
  pauses_until_.reset();
  socket_->want(true, false);
}

void listener::leave() {
  socket_->leave();
  loop_.bury(socket_);
}

void listener::on_ready() {
  for (int i = 0; i < most_at_a_time; ++i) {
    socket_address from;
    descriptor s(::accept4(socket_->fd(), from.get(), &from.size, SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (s) {
      then_(std::make_shared<watch>(loop_.multiplexer(), std::move(s), *this), from);
      continue;
    }
    const auto number = errno;
    if (number == EAGAIN || number == EWOULDBLOCK) return;
    if (is_of_one_caller(number)) continue;
    // Out of descriptors or memory. The caller waits on, so we would be called again at once.
    socket_->want(false, false);
    pauses_until_ = event_loop::now() + pause;
    loop_.wake_by(*pauses_until_);
    return cannot_(describe_errno(number));
  }
}

} // namespace loa::net
