#pragma once

#include <loa/node/internal/core.hpp>

#include <caf/event_based_actor.hpp>

namespace loa::node {

/// The shell that every entity lives in: takes letters out of the mailbox, and turns an exception
/// of the entity's code into a crash of this one actor.
///
/// It overrides `consume` rather than carrying a behavior of its own: a million of these are awake
/// at once, and a behavior with its handlers is 200 octets that all of them would repeat.
class entity_actor : public caf::event_based_actor {
public:
  entity_actor(caf::actor_config& config, node_core& core, loa::name self, const served_kind& kind);

  caf::behavior make_behavior() override;
  caf::invoke_message_result consume(caf::mailbox_element& x) override;
  void on_exit() override;

protected:
  virtual void on_letter(letter& l) = 0;
  virtual void on_entry(const feed_entry_ptr& entry) = 0;
  /// Says what is being handled now, in case it crashes.
  [[nodiscard]] virtual std::string at_work() const = 0;
  /// Called once before the actor ends by a crash.
  virtual void before_crash() {}

  /// Ends without a trace; the name wakes again with the next letter.
  void leave();
  void send_after(duration delay, letter l);

  node_core& core_;
  const served_kind& kind_;
  std::shared_ptr<const loa::name> self_;
  std::unique_ptr<entity_object> entity_;

private:
  void crash(std::string why);
};

} // namespace loa::node
