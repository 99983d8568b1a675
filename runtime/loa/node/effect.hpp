#pragma once

#include <loa/base/name.hpp>
#include <loa/base/time.hpp>
#include <loa/link/feed.hpp>
#include <loa/wire/record.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

/// \file
/// What an entity wants done besides changing its own state. An effect is a value that `decide`
/// returns; the runtime carries it out. All but `drive` and `deliver` become facts of the same
/// transaction as the decision, so they happen if and only if the decision lasts.
namespace loa::node {

/// Publish an entry to the own feed. It gets the next position, which `context::next_position` told
/// the decision; followers on other nodes, devices' drivers and sessions see it only once it is
/// committed.
struct publish {
  link::lane on = link::lane::ordinary;
  std::vector<path> audience;   ///< Who it concerns; without any everybody below. No empty paths.
  std::uint32_t channels = ~0U; ///< Bit n: followers that took slot channel n.
  /// After it nobody gets the entry any more. Must be set: an entry without it is refused.
  instant expires{};
  std::string id; ///< Of the content; stays the same from feed to feed.
  std::shared_ptr<const bytes> body;
};

/// Send one durable message: delivered at least once, applied once, in the order of sending.
struct post {
  name to;
  wire::value message;
  /// Keep the reply of this decision back until the receiver has committed the message. If it
  /// refuses the message, that error is the reply instead. For receivers with the same home only,
  /// since another node may be away for days.
  bool before_reply = false;
};

/// Wake me at `due` through `on_reminder(id)`; setting the same id again moves it.
struct remind {
  std::string id;
  instant due;
};

/// Forget a reminder; forgetting an unknown one is harmless.
struct forget {
  std::string id;
};

/// Follow the feed of another entity from the cursor that is kept there, or from `from` if given.
/// Entries come to `on_entry`. The followed entity keeps this follower under a slot.
struct follow {
  name feed;
  std::uint8_t channel = 0;
  std::optional<link::cursor> from;
  /// Of a durable follower that stands for somebody else: an entry counts as delivered once
  /// `acknowledge` says that it has reached that one, and not already when it has been taken here.
  bool for_another = false;
};

/// Stop following. With `leave` the slot is given up and counts as left; else it stays and the
/// follower is simply behind.
struct unfollow {
  name feed;
  bool leave = false;
};

/// Give somebody a slot in the own feed before he comes (a registered device), or take it away.
struct enrol {
  name follower;
  std::uint8_t channel = 0;
};
struct dismiss {
  name follower;
};

/// Acknowledge a followed feed's lane up to a position. Volatile entities say it when their client
/// has; durable ones need not, since committing what `on_entry` decided acknowledges it, unless
/// they follow `for_another`.
struct acknowledge {
  name feed;
  link::lane on = link::lane::ordinary;
  std::uint64_t position = 0;
};

/// Bring a new entity of the same home into being with its first fact, in this transaction. The
/// name must never have been used.
struct found {
  name who;
  bytes first_fact; ///< A record: `wire::encode_record(fact)`.
  /// What the new entity is to be reminded of, so that it need not be woken to set it. No two under
  /// one id.
  std::vector<remind> reminders = {};
};

/// Hand a call to a driver once everything it rests on is committed. A crash may swallow it;
/// `on_wake` says it again.
struct drive {
  std::string driver;
  std::uint64_t channel = 0;
  wire::value call;
};

/// An entry as a follower sees it.
struct feed_entry {
  std::shared_ptr<const name> feed; ///< The entity whose feed it is.
  link::entry entry;
};
using feed_entry_ptr = std::shared_ptr<const feed_entry>;

/// Hand an entry to a driver, for a client on `channel`.
struct deliver {
  std::uint64_t channel = 0;
  feed_entry_ptr entry;
};

using effect = std::variant<publish, post, remind, forget, follow, unfollow, enrol, dismiss,
                            acknowledge, found, drive, deliver>;

} // namespace loa::node
