#pragma once

#include <bindings/cli/arrivals.hpp>
#include <bindings/node/split_driver.hpp>
#include <loa/node/runtime.hpp>

#include <atomic>

namespace loa::cli {

/// Citizens without a socket: each takes its frame and acknowledges it at once. A client's number
/// in `seen` is its channel without the bit `host::in_process`.
class demo_citizens final : public node::driver {
public:
  explicit demo_citizens(arrivals& seen) : seen_(seen) {}

  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name& who, std::uint64_t channel, const node::feed_entry_ptr& entry) override;
  void restarted(const name& who) override;

  /// Sessions that crashed and have to be attached again.
  [[nodiscard]] std::uint64_t restarts() const noexcept { return restarts_.load(); }

private:
  arrivals& seen_;
  std::atomic<std::uint64_t> restarts_{0};
};

/// Loudspeakers without sound: each says at once that it has played what it was told to play.
class demo_loudspeakers final : public node::driver {
public:
  explicit demo_loudspeakers(arrivals& seen) : seen_(seen) {}

  /// The node to answer to; nothing is answered before.
  void answer_to(node::runtime* node) { node_.store(node); }

  void call(const name& who, std::uint64_t channel, const wire::value& what) override;
  bool deliver(const name&, std::uint64_t, const node::feed_entry_ptr&) override { return true; }
  void restarted(const name&) override {}

private:
  arrivals& seen_;
  std::atomic<node::runtime*> node_{nullptr};
};

} // namespace loa::cli
