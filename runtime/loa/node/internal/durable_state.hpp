#pragma once

#include <loa/node/internal/followings.hpp>
#include <loa/node/internal/own_feed.hpp>
#include <loa/node/internal/post_desk.hpp>

namespace loa::node {

using reminder_map = std::map<std::string, instant>;

/// A snapshot of a durable entity: its own state and what the runtime keeps for it.
struct entity_snapshot {
  static constexpr wire::type_tag tag{"loa.node.entity_snapshot", 1};
  wire::octets entity; ///< CBOR of the entity's own description.
  followings::state followed;
  post_desk::state post;
  reminder_map reminders;
  std::optional<own_feed::state> feed;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("entity", self.entity);
    f.optional("followed", self.followed);
    f.optional("post", self.post);
    f.optional("reminders", self.reminders);
    f("feed", self.feed);
  }
};

/// The runtime's own facts.
using runtime_fact = std::variant<following_begun, following_ended, feed_read, feed_receipted,
                                  post_written, post_arrived, post_taken, reminder_set,
                                  reminder_over, entry_published, entry_closed, link::slot_taken,
                                  link::slots_acked, link::slot_left, link::slots_seen>;

/// The type name of a record, read without opening it; empty if it is none.
[[nodiscard]] std::string_view type_of_record(bytes_view record) noexcept;
/// True for the names of `runtime_fact`'s alternatives.
[[nodiscard]] bool is_runtime_fact(std::string_view type) noexcept;

} // namespace loa::node
