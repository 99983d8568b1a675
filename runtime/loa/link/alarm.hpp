#pragma once

#include <cstdint>
#include <string>

namespace loa::link {

/// What an operator must hear of, beyond what the machines repair by themselves.
enum class alarm_kind : std::uint8_t {
  follower_ahead,  ///< A follower knows more than its feed: the feed's data was put back. It was
                   ///< reset.
  feed_restored,   ///< A follower comes from before a restored backup. It was reset.
  body_unreadable, ///< A stored body cannot be read; its lane or line waits until it can.
  receiver_ahead,  ///< A receiver acknowledged post that was never sent to it.
  post_lost,       ///< Post that the receiver never applied is no longer in the sender's outbox.
};

struct alarm {
  alarm_kind kind = alarm_kind::follower_ahead;
  std::string detail; ///< One sentence with the numbers.
};

} // namespace loa::link
