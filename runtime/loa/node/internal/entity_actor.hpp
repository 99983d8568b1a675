#pragma once

#include <loa/node/internal/core.hpp>

namespace loa::node {

/// The shell that every entity lives in: takes letters out of the mailbox, and turns an exception
/// of the entity's code into a crash of this one actor.
class entity_actor : public receiver {
public:
  entity_actor(node_core& core, loa::name self, const served_kind& kind);

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
  void read(envelope& e) final;
  void crash(std::string why);
};

} // namespace loa::node
