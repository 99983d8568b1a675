#pragma once

#include <bindings/http/internal/ledger.hpp>

#include <unistd.h>

#include <cstdint>
#include <utility>

namespace loa::http {

/// A socket that was accepted and counted, on its way to the thread that will serve it. If it does
/// not get there it is closed and counted out.
class accepted_socket {
public:
  accepted_socket(int socket, bool v6, std::uint64_t from, connection_ledger& ledger)
      : socket_(socket),
        v6_(v6),
        from_(from),
        ledger_(&ledger) {}
  accepted_socket(accepted_socket&& o) noexcept
      : socket_(std::exchange(o.socket_, -1)),
        v6_(o.v6_),
        from_(o.from_),
        ledger_(o.ledger_) {}
  accepted_socket(const accepted_socket&) = delete;
  accepted_socket& operator=(const accepted_socket&) = delete;
  ~accepted_socket() {
    if (socket_ < 0) return;
    ::close(socket_);
    ledger_->release(from_);
  }

  [[nodiscard]] int get() const noexcept { return socket_; }
  [[nodiscard]] bool v6() const noexcept { return v6_; }
  [[nodiscard]] std::uint64_t from() const noexcept { return from_; }
  /// Somebody else closes it and counts it out.
  void release() noexcept { socket_ = -1; }

private:
  int socket_;
  bool v6_;
  std::uint64_t from_;
  connection_ledger* ledger_;
};

} // namespace loa::http
