#pragma once

#include <loa/link/alarm.hpp>
#include <loa/link/backoff.hpp>
#include <loa/link/messages.hpp>
#include <loa/link/options.hpp>

#include <map>
#include <memory>

namespace loa::link {

/// The receiving end of one feed at one follower: a pure state machine.
///
/// It delivers in order per lane and each entry once relative to the durable cursor it was made
/// from: what was delivered and not committed when the follower failed is delivered again to its
/// successor. The host makes what a step delivered durable together with `commit`, then says
/// `committed`; only then it is acknowledged. If the commit fails, the host drops the receiver with
/// its own uncommitted state and makes a new one from its durable cursor.
///
/// What comes out of order waits, at most a window per lane. Once following it needs no timer,
/// unless a heartbeat is configured. `now` may be of any clock that never goes back. One thread.
/// The options must outlive it. Idle it takes less than 200 octets.
class feed_receiver {
public:
  struct output {
    std::vector<message> to_send; ///< In this order; any of them may be lost.
    std::vector<entry> delivered; ///< Of one lane, in order.
    /// The cursor to make durable with what was delivered; also without entries, where the feed
    /// said that there is nothing up to a position.
    std::optional<cursor> commit;
    /// The feed does not know our cursor any more: `commit` is lower than before, replaces it, and
    /// what is in force comes again (known ids are to be dropped).
    bool reset = false;
    std::vector<alarm> alarms;
    /// When to call `tick`; it replaces what an earlier step asked for, nothing is no timer.
    std::optional<instant> next_timer;
  };

  /// `incarnation` is a random number for this life of the receiver, `durable` its stored cursor.
  feed_receiver(std::uint64_t incarnation, cursor durable,
                const link_options& options = default_link_options);

  /// Begins to follow.
  [[nodiscard]] output start(instant now);
  [[nodiscard]] output on(const feed_invite& m, instant now);
  [[nodiscard]] output on(const feed_opened& m, instant now);
  [[nodiscard]] output on(const feed_frames& m, instant now);
  /// The host has made this cursor durable. Cursors of an earlier epoch are ignored.
  [[nodiscard]] output committed(const cursor& durable, instant now);
  [[nodiscard]] output tick(instant now);
  /// The way to the feed is there again, or the feed may have lost its state: follows at once.
  [[nodiscard]] output reconnected(instant now);

  /// Says again what is durable, if the feed listens.
  [[nodiscard]] output report() const;

  /// What is durable.
  [[nodiscard]] const cursor& durable() const noexcept { return durable_; }
  /// True while the feed has answered.
  [[nodiscard]] bool open() const noexcept { return open_; }
  /// Entries of a lane that wait for an earlier one.
  [[nodiscard]] std::size_t buffered(lane l) const noexcept;

private:
  struct waiting {
    std::map<std::uint64_t, entry> by_sequence;
    std::size_t octets = 0;
  };

  void follow(instant now, output& out);
  void follow_anew(instant now, output& out);
  void acknowledge(output& out) const;
  bool take(lane l, const entry& e, output& out);
  bool keep(lane l, std::uint64_t sequence, const entry& e);
  bool release(lane l, output& out);
  output finish(output out) const;

  const link_options* options_;
  std::uint64_t incarnation_;
  std::uint64_t attempt_ = 0;
  std::uint64_t sender_ = 0;
  cursor durable_;
  lane_positions heard_;    ///< Delivered, or said to be empty, up to here.
  lane_positions received_; ///< Link sequences.
  std::unique_ptr<waiting> waiting_[2];
  instant timer_ = never;
  std::uint8_t tries_ = 0;
  bool open_ = false;
};

} // namespace loa::link
