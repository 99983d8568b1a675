#pragma once

#include <loa/link/alarm.hpp>
#include <loa/link/backoff.hpp>
#include <loa/link/messages.hpp>
#include <loa/link/options.hpp>

#include <functional>

namespace loa::link {

/// The sending end of one line of post, from one entity to another: a pure state machine.
///
/// Numbers are dense from 1 per sender and receiver and durable on both sides, so the line survives
/// restarts and moves of either end without a handshake. The outbox, with the bodies, is the
/// host's. In flight is at most a window, and sent but not yet settled are at most two, which
/// bounds what the receiver keeps of its refusals. `now` may be of any clock that never goes back.
/// One thread; the options must outlive it.
class post_sender {
public:
  /// Gives the body of an unacknowledged number out of the outbox; null if it cannot be read now.
  using outbox = std::function<shared_body(std::uint64_t number)>;

  struct output {
    std::vector<message> to_send; ///< Any of them may be lost.
    /// Everything up to this number may leave the outbox; to be made durable, and then `settled`.
    std::optional<std::uint64_t> acked;
    /// Of what was acknowledged just now, what the receiver has put aside; in ascending order.
    /// Each comes again only if it was not settled before a restart.
    std::vector<post_refusal> refused;
    std::vector<alarm> alarms;
    /// When to call `tick`; it replaces what an earlier step asked for, nothing is no timer.
    std::optional<instant> next_timer;
  };

  /// What the journal knows of a line.
  struct line {
    /// Raised when the sender's journal comes out of a backup. Numbers from `since` on were given
    /// after that, and may have been given to other messages in the time that was lost.
    std::uint64_t epoch = 1;
    std::uint64_t since = 1;
    std::uint64_t acked = 0; ///< Everything up to here has left the outbox.
  };

  /// `salt` is a random number; it spreads the pauses of many senders.
  post_sender(outbox bodies, line from, std::uint64_t salt,
              const link_options& options = default_link_options);

  /// Messages up to this number are committed and may leave.
  [[nodiscard]] output advance(std::uint64_t visible_up_to, instant now);
  [[nodiscard]] output on(const post_ack& m, instant now);
  /// That everything up to this number is acknowledged, and what followed from its refusals, is
  /// durable here: the receiver may forget them.
  [[nodiscard]] output settled(std::uint64_t number, instant now);
  [[nodiscard]] output tick(instant now);
  /// The way to the receiver is there again: what waits is sent at once.
  [[nodiscard]] output reconnected(instant now);

  /// Everything up to here is acknowledged.
  [[nodiscard]] std::uint64_t acked() const noexcept { return line_.acked; }
  [[nodiscard]] std::size_t in_flight() const noexcept {
    return static_cast<std::size_t>(sent_ - line_.acked);
  }

private:
  void pump(instant now, output& out);
  bool send(std::uint64_t number, output& out);
  [[nodiscard]] instant later(instant now) const noexcept;
  output finish(output out) const;

  outbox bodies_;
  line line_;
  std::uint64_t salt_;
  const link_options* options_;
  std::uint64_t settled_;
  std::uint64_t visible_;
  std::uint64_t sent_;
  std::vector<std::uint32_t> sizes_; ///< Of what is in flight.
  std::size_t octets_ = 0;
  instant timer_ = never;
  std::uint8_t tries_ = 0;
  bool unreadable_ = false;
};

} // namespace loa::link
