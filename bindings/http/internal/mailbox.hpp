#pragma once

#include <bindings/http/internal/message.hpp>
#include <loa/node/effect.hpp>

#include <cstdint>
#include <functional>
#include <mutex>
#include <utility>
#include <vector>

namespace loa::http {

class worker;

/// A connection: 8 bits for its worker (below 64), 24 for its place there, 32 that tell it from
/// those that had the place before. Entities know their clients by it (a driver's `channel`).
using connection_id = std::uint64_t;

[[nodiscard]] constexpr std::size_t worker_of(connection_id id) noexcept {
  return id >> 56;
}
[[nodiscard]] constexpr std::size_t place_of(connection_id id) noexcept {
  return (id >> 32) & 0xffffff;
}
[[nodiscard]] constexpr std::uint32_t generation_of(connection_id id) noexcept {
  return static_cast<std::uint32_t>(id);
}
[[nodiscard]] constexpr connection_id make_id(std::size_t worker_index, std::size_t place,
                                              std::uint32_t generation) noexcept {
  return std::uint64_t{worker_index} << 56 | std::uint64_t{place} << 32 | generation;
}

/// What other threads hand to one I/O thread. However much comes, the thread is woken once and
/// takes everything that has gathered by then. It outlives the thread; what comes after the end is
/// dropped.
///
/// The thread is woken through an eventfd, after the lock is released: who was woken would else run
/// into the lock, and have to be woken once more.
class mailbox {
public:
  struct answer {
    connection_id to = 0;
    std::uint32_t sequence = 0; ///< Of the request on its connection.
    response content;
  };
  struct delivery {
    connection_id to = 0;
    node::feed_entry_ptr entry;
  };
  using errand = std::function<void(worker&)>;

  explicit mailbox(std::size_t most_deliveries);
  ~mailbox();
  mailbox(const mailbox&) = delete;
  mailbox& operator=(const mailbox&) = delete;

  /// An eventfd that is readable while something waits; -1 if there was none to be had.
  [[nodiscard]] int event() const noexcept { return event_; }
  /// It is not readable until the next push that wakes. For the thread, before it takes.
  void calm() const noexcept;

  void push(answer a) {
    put([&] { answers_.push_back(std::move(a)); });
  }
  void push(errand e) {
    put([&] { errands_.push_back(std::move(e)); });
  }
  /// If the thread is so far behind that the limit is reached, the entry is dropped and the thread
  /// ends that client's stream: it comes back and goes on from its cursor.
  void push(delivery d) {
    put([&] {
      if (deliveries_.size() < most_deliveries_)
        deliveries_.push_back(std::move(d));
      else
        overflowed_ = true;
    });
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    answers_ = {};
    deliveries_ = {};
    errands_ = {};
  }

  struct batch {
    std::vector<answer> answers;
    std::vector<delivery> deliveries;
    std::vector<errand> errands;
    bool overflowed = false; ///< Deliveries were dropped.
  };
  /// Everything there is. The next push wakes again.
  void take(batch& to) {
    const std::lock_guard lock(mutex_);
    to.answers.swap(answers_);
    to.deliveries.swap(deliveries_);
    to.errands.swap(errands_);
    to.overflowed = std::exchange(overflowed_, false);
    woken_ = false;
  }

private:
  template <class Change>
  void put(Change change) {
    {
      const std::lock_guard lock(mutex_);
      if (closed_) return;
      change();
      if (std::exchange(woken_, true)) return;
    }
    wake();
  }
  void wake() const noexcept;

  const std::size_t most_deliveries_;
  const int event_;
  std::mutex mutex_;
  // All of it under `mutex_`.
  std::vector<answer> answers_;
  std::vector<delivery> deliveries_;
  std::vector<errand> errands_;
  bool overflowed_ = false;
  bool woken_ = false;
  bool closed_ = false;
};

} // namespace loa::http
