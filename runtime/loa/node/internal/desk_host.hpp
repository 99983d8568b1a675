#pragma once

#include <loa/node/internal/core.hpp>
#include <loa/node/internal/draft.hpp>

namespace loa::node {

/// What the desks of a durable entity (feed, followings, post) may ask of the actor that they
/// belong to. All calls happen on its thread.
class desk_host {
public:
  virtual ~desk_host() = default;

  [[nodiscard]] virtual node_core& core() = 0;
  [[nodiscard]] virtual const std::shared_ptr<const name>& self() const = 0;
  /// A clock that never goes back, for the delivery machines.
  [[nodiscard]] virtual instant monotonic() const = 0;
  /// Calls `tick` of every desk at that instant or before. The entity may sleep over what is not
  /// pressing: it is looked at when it wakes.
  virtual void wake_at(instant monotonic, bool pressing = true) = 0;
  /// What the actor runs on, for messages that should stay on the same core.
  [[nodiscard]] virtual caf::execution_unit* unit() = 0;
  /// Commits what a desk decided by itself; `then` runs when it is settled. `at_once`, if given,
  /// runs before that on the journal's thread, and only on success.
  virtual void commit(draft& d, std::function<void(const result<void>&)> then,
                      std::function<void()> at_once = {}) = 0;
  [[nodiscard]] virtual std::uint64_t& next_fact() = 0;
  /// The writer's generation when the oldest fact that is not committed yet was decided. What is
  /// said now rests on that, whatever the writer's is meanwhile.
  [[nodiscard]] virtual std::uint64_t generation() const = 0;

  void send_frame(const name& to, link::message m) {
    core().send(to, link_letter{*self(), std::move(m), generation()});
  }
  void alarm(const link::alarm& a, const name& other) {
    // After a restoration every follower does so once: they are counted, and the exceptions seen.
    const bool expected = a.kind == link::alarm_kind::feed_restored;
    if (expected) core().metrics.feeds_restored.add();
    if (a.kind == link::alarm_kind::follower_ahead) {
      core().metrics.followers_ahead.add();
      if (!core().may_say_ahead(monotonic())) return;
    }
    core().parts.log.write(expected ? log_level::debug : log_level::warning, "delivery", a.detail,
                           {{"name", self()->str()}, {"other", other.str()}});
  }
};

} // namespace loa::node
