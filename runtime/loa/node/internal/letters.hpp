#pragma once

#include <loa/link/messages.hpp>
#include <loa/node/internal/feed_gate.hpp>
#include <loa/node/internal/receiver.hpp>
#include <loa/node/internal/relay_messages.hpp>
#include <loa/node/internal/reply_slot.hpp>

#include <variant>

/// \file
/// What the entities of one node send each other. An entry on its way to many sessions is a
/// fan-out, since a million of them leave at once; everything else is a letter.
namespace loa::node {

/// A command from outside the runtime, asked or told.
struct command_letter {
  wire::value command;
  ask_options how;
  reply_ptr reply; ///< Null if nobody waits.
};

/// A frame between the delivery machines of two entities. `generation` is the writer's when the
/// sender spoke: what it says may rest on facts that are not committed yet, and is void if they
/// were lost.
struct link_letter {
  name from;
  link::message frame;
  std::uint64_t generation = 0;
};

/// A volatile follower asks for entries, and is answered with `followed` or `turned_away`.
struct follow_letter {
  name follower;
  std::uint8_t channel = 0;
  std::optional<link::cursor> from;
  receiver_ptr reply_to;
};
struct followed_letter {
  feed_gate_ptr gate;
  std::uint32_t slot = 0;
};
/// The feed has no slot left for it.
struct turned_away_letter {
  name feed;
};
/// A committed feed entry for one volatile follower, who missed its fan-out.
struct entry_letter {
  feed_entry_ptr entry;
};
/// An emergency that could not be stored, on its way all the same. Its position is 0.
struct unstored_letter {
  feed_entry_ptr entry;
  bool published = false; ///< What it leads the entity to publish was passed on already.
};
struct unfollow_letter {
  name follower;
  bool leave = false;
};

/// A feed says to a follower: I am (again) here, or have something for you; follow me.
struct nudge_letter {
  name feed;
};
/// Whose wish to follow found too many waiting gets one after this, and wishes again.
inline constexpr duration follow_again{1'000};

/// Between a feed and its relay on another node: of entries, seats, or an emergency that could not
/// be stored.
struct relay_letter {
  std::string node; ///< The other one.
  std::variant<link::message, seats_wanted, seats_given, seats_acked, seats_kept, seats_left,
               seats_forgotten, feed_entry_ptr>
      content;
};

/// The way to another node is there again: what waits for its pause need not. Without a node's
/// name: units have changed places.
struct reached_letter {
  std::string node;
};

/// A transaction's outcome.
struct settled_letter {
  std::uint64_t ticket = 0;
  result<void> outcome;
};

struct load_letter {};   ///< The first letter of every actor.
struct gather_letter {}; ///< Somebody acknowledged on the board.
struct tick_letter {
  std::uint64_t number = 0;
}; ///< A timer of the actor's own.
struct due_letter {
  std::string id;
  instant due;
}; ///< A reminder is due.
struct sleep_letter {
  std::uint32_t stamp = 0;
};                        ///< Idle since that stamp: sleep if you can.
struct founded_letter {}; ///< Its first fact was committed: what it loaded before is no more.
struct crash_letter {};   ///< Crash as if the entity's code had thrown.
struct stop_letter {};    ///< The node stops.

using letter =
    std::variant<command_letter, link_letter, follow_letter, followed_letter, turned_away_letter,
                 entry_letter, unstored_letter, unfollow_letter, nudge_letter, relay_letter,
                 reached_letter, settled_letter, load_letter, gather_letter, tick_letter,
                 due_letter, sleep_letter, founded_letter, crash_letter, stop_letter>;

/// A letter in a mailbox. Its one reader may move out of it.
class letter_envelope final : public envelope {
public:
  explicit letter_envelope(letter l) : envelope(content::letter), inside(std::move(l)) {}
  letter inside;
};

template <class L>
[[nodiscard]] mail mail_of(L l) {
  return mail(new letter_envelope(letter(std::move(l))));
}

} // namespace loa::node
