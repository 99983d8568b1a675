#include <bindings/http/internal/mailbox.hpp>

#include <sys/eventfd.h>
#include <unistd.h>

namespace loa::http {

mailbox::mailbox(std::size_t most_deliveries)
    : most_deliveries_(most_deliveries),
      event_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}

mailbox::~mailbox() {
  if (event_ >= 0) ::close(event_);
}

void mailbox::calm() const noexcept {
  std::uint64_t count = 0;
  [[maybe_unused]] const auto n = ::read(event_, &count, sizeof count);
}

void mailbox::wake() const noexcept {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto n = ::write(event_, &one, sizeof one);
}

} // namespace loa::http
