#pragma once

#include <loa/base/error.hpp>
#include <loa/link/messages.hpp>
#include <loa/net/envelope.hpp>
#include <loa/node/internal/hop_watch.hpp>
#include <loa/node/internal/relay_messages.hpp>

#include <variant>

/// \file
/// What the post offices of two nodes tell each other, as records in the messages of a session.
/// Entities and feeds go by name; what a peer may say of whom is the receiving office's business.
namespace loa::node {

/// The kind of message (net::peer_message::kind) that holds a `node_message`.
inline constexpr std::uint16_t entity_mail = 1;
/// The kind that holds what net::document_exchange says.
inline constexpr std::uint16_t document_mail = 2;

/// The epochs of the prefixes that a message goes between, as its sender's node has them: of the
/// unit that it speaks for, under which that node serves it by its own journal, and of the one that
/// it is for. Each is the first where nothing is said, so that most messages carry nothing; a
/// message that speaks for no unit, or is for none, has the first as well.
struct carried_epochs {
  std::uint64_t from = 1;
  std::uint64_t to = 1;
  static void describe(auto& self, auto& f) {
    f.optional("from", self.from);
    f.optional("to", self.to);
  }
  bool operator==(const carried_epochs&) const = default;
};

/// A body that several entries in one lane of a session share crosses once, with a number; later
/// ones name the number (see body_shelf.hpp). Number 0 is no body.
struct carried_body {
  std::uint64_t number = 0;
  std::optional<wire::octets> content; ///< Only with the first.
  static void describe(auto& self, auto& f) {
    f.optional("number", self.number);
    f.optional("content", self.content);
  }
  bool operator==(const carried_body&) const = default;
};

/// A message of the delivery machines. Its bodies, if it has any, are empty in it and stand beside
/// it, one for each entry.
struct carried_frame {
  static constexpr wire::type_tag tag{"loa.node.frame", 1};
  name from;
  name to;
  wire::octets message;
  std::vector<carried_body> bodies;
  carried_epochs epochs;
  sending_time sent = 0; ///< Where there are entries.
  static void describe(auto& self, auto& f) {
    f("from", self.from);
    f("to", self.to);
    f("message", self.message);
    f.optional("bodies", self.bodies);
    f.optional("epochs", self.epochs);
    f.optional("sent", self.sent);
  }
};

/// A command for an entity; answered unless its number is 0.
struct carried_command {
  static constexpr wire::type_tag tag{"loa.node.command", 1};
  std::uint64_t number = 0;
  name to;
  wire::octets command; ///< A record.
  std::string key;
  std::string content;
  bool urgent = false;
  carried_epochs epochs;
  static void describe(auto& self, auto& f) {
    f.optional("number", self.number);
    f("to", self.to);
    f("command", self.command);
    f.optional("key", self.key);
    f.optional("content", self.content);
    f.optional("urgent", self.urgent);
    f.optional("epochs", self.epochs);
  }
};

struct carried_error {
  std::uint64_t code = 0; ///< An errc.
  std::string detail;
  std::string pointer;
  static void describe(auto& self, auto& f) {
    f("code", self.code);
    f("detail", self.detail);
    f.optional("pointer", self.pointer);
  }
  bool operator==(const carried_error&) const = default;
};

struct carried_answer {
  static constexpr wire::type_tag tag{"loa.node.answer_to_command", 1};
  std::uint64_t number = 0;
  std::optional<carried_error> refused;
  wire::octets reply; ///< A record; empty if the answer was just "done".
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f.optional("refused", self.refused);
    f.optional("reply", self.reply);
  }
};

/// A durable entity wants a slot in a feed, or gives up following.
struct carried_follow {
  static constexpr wire::type_tag tag{"loa.node.follow", 1};
  name follower;
  name feed;
  std::uint8_t channel = 0;
  carried_epochs epochs;
  static void describe(auto& self, auto& f) {
    f("follower", self.follower);
    f("feed", self.feed);
    f("channel", self.channel);
    f.optional("epochs", self.epochs);
  }
};
struct carried_unfollow {
  static constexpr wire::type_tag tag{"loa.node.unfollow", 1};
  name follower;
  name feed;
  bool leave = false;
  carried_epochs epochs;
  static void describe(auto& self, auto& f) {
    f("follower", self.follower);
    f("feed", self.feed);
    f.optional("leave", self.leave);
    f.optional("epochs", self.epochs);
  }
};

/// A feed asks a follower to follow again.
struct carried_nudge {
  static constexpr wire::type_tag tag{"loa.node.nudge", 1};
  name feed;
  name follower;
  carried_epochs epochs;
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f("follower", self.follower);
    f.optional("epochs", self.epochs);
  }
};

/// Between a feed and its relay on the other node: a message about entries, as in `carried_frame`,
/// or a `relay_message`.
struct carried_relay_frame {
  static constexpr wire::type_tag tag{"loa.node.relay_frame", 1};
  name feed;
  bool to_feed = false;
  wire::octets message;
  std::vector<carried_body> bodies;
  carried_epochs epochs;
  sending_time sent = 0; ///< Where there are entries.
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f.optional("to_feed", self.to_feed);
    f("message", self.message);
    f.optional("bodies", self.bodies);
    f.optional("epochs", self.epochs);
    f.optional("sent", self.sent);
  }
};
struct carried_relay {
  static constexpr wire::type_tag tag{"loa.node.relay", 1};
  name feed;
  bool to_feed = false;
  wire::octets message; ///< A record of a relay_message.
  carried_epochs epochs;
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f.optional("to_feed", self.to_feed);
    f("message", self.message);
    f.optional("epochs", self.epochs);
  }
};

/// An emergency that could not be stored, on its way all the same. To the feed itself: to its
/// relay.
struct carried_unstored {
  static constexpr wire::type_tag tag{"loa.node.unstored", 1};
  name feed;
  name to;
  link::entry entry; ///< Its body is empty in it.
  carried_body body;
  carried_epochs epochs;
  sending_time sent = 0;
  static void describe(auto& self, auto& f) {
    f("feed", self.feed);
    f("to", self.to);
    f("entry", self.entry);
    f("body", self.body);
    f.optional("epochs", self.epochs);
    f.optional("sent", self.sent);
  }
};

/// The first thing that each says: which journal it lives on, see store::journal_identity.
struct carried_life {
  static constexpr wire::type_tag tag{"loa.node.life", 1};
  std::string journal;
  std::uint64_t starts = 0;
  std::uint64_t restored = 0; ///< Milliseconds; 0: never.
  static void describe(auto& self, auto& f) {
    f("journal", self.journal);
    f("starts", self.starts);
    f.optional("restored", self.restored);
  }
};

using node_message =
    std::variant<carried_frame, carried_command, carried_answer, carried_follow, carried_unfollow,
                 carried_nudge, carried_unstored, carried_relay_frame, carried_relay, carried_life>;

/// The record of a message.
[[nodiscard]] bytes encode(const node_message& m);
/// Reads a message from a peer that need not be friendly.
[[nodiscard]] result<node_message> decode_node_message(bytes_view record);

[[nodiscard]] carried_error carry(const error& e);
[[nodiscard]] error carried(const carried_error& e);

} // namespace loa::node
