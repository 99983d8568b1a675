#pragma once

#include <loa/base/error.hpp>
#include <loa/node/internal/node_messages.hpp>
#include <loa/store/prefix_copy.hpp>

#include <variant>

/// \file
/// What two nodes tell each other while units move from the one to the other. The giver asks one
/// thing at a time and waits for the answer; each message names the move and has a number in it, so
/// that nothing late is taken for an answer.
namespace loa::node {

/// The kind of message (net::peer_message::kind) that holds a `move_message`.
inline constexpr std::uint16_t move_mail = 3;

struct move_number {
  std::uint64_t move = 0;
  std::uint64_t request = 0;
  static void describe(auto& self, auto& f) {
    f("move", self.move);
    f("request", self.request);
  }
  bool operator==(const move_number&) const = default;
};

/// Make room for the units that the placement gives you there: what you have of them is old.
struct move_begun {
  static constexpr wire::type_tag tag{"loa.node.move_begun", 1};
  move_number number;
  path prefix;
  wire::octets placement; ///< The signed document.
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f("prefix", self.prefix);
    f("placement", self.placement);
  }
};

/// A part of a `moved_piece`, its record cut so that emergencies can pass. With the last one it is
/// to be stored.
struct move_part {
  static constexpr wire::type_tag tag{"loa.node.move_part", 1};
  move_number number;
  wire::octets content;
  bool last = true;
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f("content", self.content);
    f("last", self.last);
  }
};

/// Is this what you have between these keys?
struct move_compared {
  static constexpr wire::type_tag tag{"loa.node.move_compared", 1};
  move_number number;
  std::string table;
  wire::octets from;
  wire::octets to;
  wire::octets digest; ///< store::digest_of.
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f("table", self.table);
    f("from", self.from);
    f("to", self.to);
    f("digest", self.digest);
  }
};

/// I serve them no more, and never again in this epoch: they are yours.
struct move_finished {
  static constexpr wire::type_tag tag{"loa.node.move_finished", 1};
  move_number number;
  path prefix;
  std::uint64_t feeds = 1; ///< The epoch of their feeds.
  wire::octets placement;
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f("prefix", self.prefix);
    f("feeds", self.feeds);
    f("placement", self.placement);
  }
};

struct move_answered {
  static constexpr wire::type_tag tag{"loa.node.move_answered", 1};
  move_number number;
  bool differs = false; ///< Of `move_compared`.
  std::optional<carried_error> refused;
  static void describe(auto& self, auto& f) {
    f("number", self.number);
    f.optional("differs", self.differs);
    f.optional("refused", self.refused);
  }
};

using move_message =
    std::variant<move_begun, move_part, move_compared, move_finished, move_answered>;

/// A piece of the journal on its way.
struct moved_piece {
  static constexpr wire::type_tag tag{"loa.node.moved_piece", 1};
  struct moved_item {
    wire::octets key;
    wire::octets value;
    static void describe(auto& self, auto& f) {
      f("key", self.key);
      f("value", self.value);
    }
  };
  std::string table;
  wire::octets from;
  wire::octets to;
  std::vector<moved_item> items;
  static void describe(auto& self, auto& f) {
    f("table", self.table);
    f("from", self.from);
    f("to", self.to);
    f("items", self.items);
  }
};

[[nodiscard]] bytes encode(const move_message& m);
[[nodiscard]] result<move_message> decode_move_message(bytes_view record);

[[nodiscard]] bytes encode(const store::piece& p);
[[nodiscard]] result<store::piece> decode_piece(bytes_view record);

} // namespace loa::node
