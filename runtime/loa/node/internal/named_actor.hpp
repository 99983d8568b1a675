#pragma once

#include <loa/node/internal/core.hpp>

namespace loa::node {

/// An actor in the name table: takes letters out of the mailbox, and turns an exception into a
/// crash of this one actor.
class named_actor : public receiver {
public:
  named_actor(node_core& core, loa::name self);

protected:
  virtual void on_letter(letter& l) = 0;
  virtual void on_entry(const feed_entry_ptr& entry) = 0;
  /// Says what is being handled now, in case it crashes.
  [[nodiscard]] virtual std::string at_work() const = 0;
  /// Called once before the actor ends by a crash.
  virtual void before_crash() {}
  /// Called once when a crashed actor has ended: what it held may go, though letters hold it.
  virtual void after_crash() {}

  /// Ends without a trace; the name wakes again with the next letter.
  void leave();
  void send_after(duration delay, letter l);

  node_core& core_;
  std::shared_ptr<const loa::name> self_;

private:
  void read(envelope& e) final;
  void crash(std::string why);
};

} // namespace loa::node
