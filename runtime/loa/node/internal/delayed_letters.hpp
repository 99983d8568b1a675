#pragma once

#include <loa/base/time.hpp>
#include <loa/node/internal/letters.hpp>
#include <loa/node/internal/receiver.hpp>

#include <caf/actor.hpp>
#include <caf/atom.hpp>

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>

namespace loa::node {

/// Tells the actor behind `delayed_letters` that the next of them may be due.
using hand_out_atom = caf::atom_constant<caf::atom("hand_out")>;

/// Letters that their senders want later. Any thread.
///
/// CAF's clock wakes its thread for each message that it is given, and one alert sets thousands of
/// timers; so they wait here, and the clock has a message for the first of them alone. Those that
/// are not pressing come together, on multiples of `grain`, so that one waking does for many.
class delayed_letters {
public:
  /// A letter that is to wait so long or longer may come that much late.
  static constexpr duration grain{10};

  explicit delayed_letters(const clock& monotonic) : clock_(monotonic) {}

  void add(receiver_ptr to, duration delay, letter l);

  /// From now on this actor is sent (hand_out_atom, number), also for what waits already.
  void carried_by(caf::actor carrier);
  /// Hands out what is due. For the actor, with the number that it was sent.
  void hand_out(std::uint64_t number);
  /// Drops what waits and what comes from now on.
  void close();

private:
  struct waiting {
    receiver_ptr to;
    letter content;
  };

  void ask_for_next();

  const clock& clock_;
  std::mutex mutex_;
  // All of it under `mutex_`.
  std::multimap<instant, waiting> all_;
  caf::actor carrier_;
  std::optional<instant> asked_for_; ///< When the carrier is told next.
  std::uint64_t number_ = 0;         ///< Of that; CAF cannot take back what was asked before.
  bool closed_ = false;
};

} // namespace loa::node
