#pragma once

#include <loa/link/shared_body.hpp>
#include <loa/model/bulletin.hpp>

namespace loa::unit {

/// What of a bulletin units and devices keep beside the feed: everything that decides on it, and no
/// text. Its description is that of the bulletin's frame, so it is read from the body of a feed
/// entry.
struct frame_head {
  model::bulletin_id id;
  path unit; ///< The unit that published it.
  model::priority priority = model::priority::routine;
  model::category category = model::category::other;
  instant sent;
  std::optional<instant> effective; ///< `sent` where absent.
  instant expires;
  std::vector<model::bulletin_id> replaces;
  std::optional<model::cap_info> cap;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("id", self.id);
    f("unit", self.unit);
    f("priority", self.priority);
    f("category", self.category);
    f("sent", self.sent);
    f.optional("effective", self.effective);
    f("expires", self.expires);
    f.optional("replaces", self.replaces);
    f.optional("cap", self.cap);
  }
  bool operator==(const frame_head&) const = default;

  [[nodiscard]] bool emergency() const noexcept { return priority == model::priority::emergency; }
  [[nodiscard]] instant from() const noexcept { return effective.value_or(sent); }
};

/// The head of a bulletin.
[[nodiscard]] inline frame_head head_of(const model::bulletin& b) {
  return {b.id,       b.unit,     b.priority,
          b.category, b.sent,     b.effective == b.sent ? std::nullopt : std::optional(b.effective),
          b.expires,  b.replaces, b.cap};
}

/// A bulletin with the members that a head knows.
[[nodiscard]] inline model::bulletin bulletin_of(const frame_head& h) {
  model::bulletin b;
  b.id = h.id;
  b.unit = h.unit;
  b.priority = h.priority;
  b.category = h.category;
  b.sent = h.sent;
  b.effective = h.from();
  b.expires = h.expires;
  b.replaces = h.replaces;
  b.cap = h.cap;
  return b;
}

/// True if `later` takes the place of `earlier`, whichever came first.
[[nodiscard]] inline bool supersedes(const frame_head& later, const frame_head& earlier) {
  if (later.replaces.empty() && (!later.cap || later.cap->references.empty())) return false;
  return model::supersedes(bulletin_of(later), bulletin_of(earlier));
}

/// Reads the head out of the body of a feed entry (model::frame_body).
[[nodiscard]] inline result<frame_head> read_frame_head(bytes_view body) {
  bytes object;
  object.reserve(body.size() + 2);
  object.append("{").append(body).append("}");
  return wire::from_json<frame_head>(object);
}

/// The same for a body that many followers get one after the other: each thread remembers what it
/// read last.
[[nodiscard]] inline result<frame_head> read_frame_head(const link::shared_body& body) {
  thread_local std::weak_ptr<const bytes> last;
  thread_local frame_head head;
  if (!last.owner_before(body) && !body.owner_before(last) && body) return head;
  auto read = read_frame_head(bytes_view(*body));
  if (!read) return read;
  last = body;
  head = *read;
  return read;
}

} // namespace loa::unit
