#pragma once

#include <loa/node/effect.hpp>
#include <loa/node/internal/receiver.hpp>

#include <array>
#include <cstdint>

namespace loa::node {

/// One feed entry on its way to many receivers. Their envelopes lie in one piece of memory, and
/// those whom it wakes are one job for the scheduler, which runs them one after the other.
///
/// What this saves is what a fan-out costs: an allocation and a scheduler's entry for each
/// receiver, and waiting for memory, since the next ones are fetched while one runs. Each receiver
/// still has its own mailbox, its own turn and its own crash.
class fan_out final : public caf::ref_counted {
public:
  /// Small enough that another core soon finds something to steal.
  static constexpr std::size_t most = 64;

  explicit fan_out(feed_entry_ptr entry);
  ~fan_out() override;

  [[nodiscard]] bool full() const noexcept { return used_ == most; }
  /// Puts the entry into the mailbox of `to`. Not when full, and not after `send`.
  void add(receiver& to);
  /// Lets those run whom it woke.
  void send(caf::execution_unit* here);

private:
  friend const feed_entry_ptr& entry_in(const envelope& e);

  class copy final : public envelope {
  public:
    copy() noexcept : envelope(content::entry) {}
    void dispose() noexcept override { of->deref(); }
    fan_out* of = nullptr; ///< With a reference while it lies in a mailbox.
  };

  /// The job. Apart from the envelopes, so that a scheduler that stops and drops it lets the
  /// receivers go, and they their mail.
  class turn final : public caf::ref_counted, public caf::resumable {
  public:
    ~turn() override;
    resume_result resume(caf::execution_unit* here, std::size_t throughput) override;
    void intrusive_ptr_add_ref_impl() override { ref(); }
    void intrusive_ptr_release_impl() override { deref(); }

    std::uint32_t count = 0;
    std::array<receiver*, most> receivers; ///< Each with the reference that is its scheduler's.
  };

  feed_entry_ptr entry_;
  std::uint32_t used_ = 0;
  std::array<copy, most> copies_;
  caf::intrusive_ptr<turn> woken_;
};

using fan_out_ptr = caf::intrusive_ptr<fan_out>;

/// The entry in an envelope that holds one.
[[nodiscard]] const feed_entry_ptr& entry_in(const envelope& e);

/// Asks for the memory that sending to `to` will touch.
inline void prefetch(const receiver* to) noexcept {
  __builtin_prefetch(to, 1);
}

} // namespace loa::node
