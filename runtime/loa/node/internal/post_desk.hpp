#pragma once

#include <loa/node/internal/inbox.hpp>
#include <loa/node/internal/outbox.hpp>

namespace loa::node {

/// The post of a durable entity: what it has posted, and what it has taken.
struct post_desk {
  explicit post_desk(desk_host& host) : out(host), in(host) {}

  outbox out;
  inbox in;

  /// As a snapshot keeps it.
  struct state {
    outbox::state out;
    inbox::state in;
    template <class Self, class Fields>
    static void describe(Self& self, Fields& f) {
      f.optional("out", self.out);
      f.optional("in", self.in);
    }
    bool operator==(const state&) const = default;
  };
  [[nodiscard]] state durable() const { return {out.durable(), in.durable()}; }
  void restore(state s) {
    out.restore(std::move(s.out));
    in.restore(std::move(s.in));
  }

  void apply(const post_written& f) { out.apply(f); }
  void apply(const post_arrived& f) { out.apply(f); }
  void apply(const post_taken& f) { in.apply(f); }
};

} // namespace loa::node
