#pragma once

#include <loa/link/feed.hpp>
#include <loa/link/post_receiver.hpp>
#include <loa/link/slot_facts.hpp>
#include <loa/wire/record.hpp>

#include <map>

/// \file
/// Facts that the runtime keeps for an entity beside the entity's own, in the same sequence. Their
/// names begin with "loa.node." or "loa.link.".
namespace loa::node {

struct following_begun {
  static constexpr wire::type_tag tag{"loa.node.following_begun", 1};
  name feed;
  std::uint8_t channel = 0;
  bool for_another = false;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("feed", self.feed);
    f("channel", self.channel);
    f.optional("for_another", self.for_another);
  }
};

struct following_ended {
  static constexpr wire::type_tag tag{"loa.node.following_ended", 1};
  name feed;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("feed", self.feed);
  }
};

/// What was decided on a feed's entries up to this cursor is committed with it.
struct feed_read {
  static constexpr wire::type_tag tag{"loa.node.feed_read", 1};
  name feed;
  link::cursor upto;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("feed", self.feed);
    f("upto", self.upto);
  }
};

/// What has reached the one for whom a feed is followed.
struct feed_receipted {
  static constexpr wire::type_tag tag{"loa.node.feed_receipted", 1};
  name feed;
  link::cursor upto;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("feed", self.feed);
    f("upto", self.upto);
  }
};

struct post_written {
  static constexpr wire::type_tag tag{"loa.node.post_written", 1};
  name to;
  std::uint64_t epoch = 1;
  std::uint64_t number = 0;
  wire::octets message; ///< A record.
  /// If the answer to a command with a key waits for it: the digest of the key, under which the
  /// answer is stored (see stored_answers.hpp).
  wire::octets awaited_by;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("to", self.to);
    f("epoch", self.epoch);
    f("number", self.number);
    f("message", self.message);
    f.optional("awaited_by", self.awaited_by);
  }
};

/// The receiver has everything up to `number`.
struct post_arrived {
  static constexpr wire::type_tag tag{"loa.node.post_arrived", 1};
  name to;
  std::uint64_t number = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("to", self.to);
    f("number", self.number);
  }
};

struct post_taken {
  static constexpr wire::type_tag tag{"loa.node.post_taken", 1};
  name from;
  link::post_state state;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("from", self.from);
    f("state", self.state);
  }
};

struct reminder_set {
  static constexpr wire::type_tag tag{"loa.node.reminder_set", 1};
  std::string id;
  instant due{};
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("due", self.due);
  }
};

struct reminder_over {
  static constexpr wire::type_tag tag{"loa.node.reminder_over", 1};
  std::string id;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
  }
};

/// An entry of the own feed came into force. The feed table keeps it whole until it expires.
struct entry_published {
  static constexpr wire::type_tag tag{"loa.node.entry_published", 1};
  link::entry_ref entry;
  bool counted = true; ///< Its audience includes the feed's own home, so its slots are targeted.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("entry", self.entry);
    f("counted", self.counted);
  }
};

/// An entry of the own feed is no longer in force.
struct entry_closed {
  static constexpr wire::type_tag tag{"loa.node.entry_closed", 1};
  std::uint64_t position = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
  }
};

/// An entry of the own feed, as the feed table keeps it.
struct stored_entry {
  static constexpr wire::type_tag tag{"loa.node.feed_entry", 1};
  link::entry entry;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("entry", self.entry);
  }
};

/// The first answer to a command with a key, as the answers table keeps it.
struct stored_answer {
  static constexpr wire::type_tag tag{"loa.node.answer", 1};
  instant kept_until{};
  std::string content;
  wire::octets reply; ///< A record; empty if the answer was just "done".
  /// The answer instead, where a post that it waited for was refused.
  std::optional<link::kept_error> refusal;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("kept_until", self.kept_until);
    f("content", self.content);
    f.optional("reply", self.reply);
    f.optional("refusal", self.refusal);
  }
};

/// A line in the reminders table; the key says when and whose.
struct stored_reminder {
  static constexpr wire::type_tag tag{"loa.node.reminder", 1};
  name who;
  std::string id;
  instant due{};
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("who", self.who);
    f("id", self.id);
    f("due", self.due);
  }
};

} // namespace loa::node
