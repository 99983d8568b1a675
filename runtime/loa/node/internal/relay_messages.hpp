#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/name.hpp>
#include <loa/link/messages.hpp>
#include <loa/link/slot_facts.hpp>

#include <variant>
#include <vector>

/// \file
/// What a feed and its relay on another node tell each other beside the entries, for the sessions
/// there. Anything may be lost: the relay numbers what it asks and asks again until it is answered.
namespace loa::node {

/// Nothing that names followers or slots names more.
inline limit max_seats_at_once{"node.seats_at_once", 1'024, 1};

/// Relay to feed: these sessions follow you.
struct seats_wanted {
  static constexpr wire::type_tag tag{"loa.node.seats_wanted", 1};
  struct one {
    name follower;
    std::uint8_t channel = 0;
    static void describe(auto& self, auto& f) {
      f("follower", self.follower);
      f("channel", self.channel);
    }
  };
  std::vector<one> all;
  static void describe(auto& self, auto& f) { f("all", self.all); }
};

/// Feed to relay: their slots, committed, and what they have acknowledged.
struct seats_given {
  static constexpr wire::type_tag tag{"loa.node.seats_given", 1};
  struct one {
    name follower;
    std::uint32_t slot = 0;
    link::lane_positions acked;
    static void describe(auto& self, auto& f) {
      f("follower", self.follower);
      f("slot", self.slot);
      f.optional("acked", self.acked);
    }
  };
  std::vector<one> all;
  std::vector<name> turned_away; ///< The feed has no slot left for these.
  std::uint64_t epoch = 0;       ///< Of the feed whose positions `acked` are.
  static void describe(auto& self, auto& f) {
    f("all", self.all);
    f.optional("turned_away", self.turned_away);
    f.optional("epoch", self.epoch);
  }
};

/// Relay to feed: this has been acknowledged there.
struct seats_acked {
  static constexpr wire::type_tag tag{"loa.node.seats_acked", 1};
  std::uint64_t number = 0;
  std::uint64_t epoch = 0; ///< Of the feed whose positions these are.
  std::vector<link::slots_acked> lanes;
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f("epoch", self.epoch);
    f("lanes", self.lanes);
  }
};

/// Feed to relay: what you said under this number is committed.
struct seats_kept {
  static constexpr wire::type_tag tag{"loa.node.seats_kept", 1};
  std::uint64_t number = 0;
  static void describe(auto& self, auto& f) { f("number", self.number); }
};

/// Relay to feed: they are no longer here; with `leave`, for good.
struct seats_left {
  static constexpr wire::type_tag tag{"loa.node.seats_left", 1};
  std::vector<name> followers;
  bool leave = false;
  static void describe(auto& self, auto& f) {
    f("followers", self.followers);
    f.optional("leave", self.leave);
  }
};

/// Feed to relay: I do not know you any more; want your seats again.
struct seats_forgotten {
  static constexpr wire::type_tag tag{"loa.node.seats_forgotten", 1};
  static void describe(auto&, auto&) {}
};

using relay_message =
    std::variant<seats_wanted, seats_given, seats_acked, seats_kept, seats_left, seats_forgotten>;

} // namespace loa::node
