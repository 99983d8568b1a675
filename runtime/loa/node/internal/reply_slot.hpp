#pragma once

#include <loa/node/runtime.hpp>

#include <atomic>
#include <memory>
#include <utility>

namespace loa::node {

/// Answers a command exactly once: with what the entity says, or, if the slot dies unanswered
/// because its entity crashed or its node stopped, with errc::unavailable. Shared by whoever may
/// answer.
class reply_slot {
public:
  explicit reply_slot(reply_handler then) : then_(std::move(then)) {}
  reply_slot(const reply_slot&) = delete;
  reply_slot& operator=(const reply_slot&) = delete;

  ~reply_slot() {
    answer(error{
        errc::unavailable,
        "The entity stopped before it answered; ask again, with the same key if there was one.",
        {}});
  }

  /// The first call counts.
  void answer(result<wire::value> r) {
    if (!answered_.exchange(true)) then_(std::move(r));
  }

private:
  reply_handler then_;
  std::atomic<bool> answered_{false};
};

using reply_ptr = std::shared_ptr<reply_slot>;

} // namespace loa::node
