#pragma once

#include <loa/city/desk.hpp>

#include <map>
#include <memory>

namespace loa::city {

/// Somebody who is connected to a node: a citizen's app or a device's player.
class caller {
public:
  explicit caller(surroundings& in) : in_(in) {}
  virtual ~caller() = default;

  /// Connects, and again whenever the connection is lost, until told to leave.
  void come();
  /// Closes the connection, politely or without a word to the node.
  void leave();
  [[nodiscard]] bool wants() const noexcept { return wants_; }
  [[nodiscard]] bool online() const noexcept { return online_; }

  // From the street, in the order in which the node said it.
  virtual void on_call(const wire::value& what) { (void)what; }
  virtual void on_entry(const node::feed_entry_ptr& entry) { (void)entry; }
  /// The entity behind the connection began anew.
  void on_restarted();
  /// Units have changed nodes; perhaps the one behind the connection.
  virtual void on_rehomed() {}

protected:
  [[nodiscard]] virtual const name& who() const = 0;
  [[nodiscard]] virtual sim::machine& choose_machine() = 0;
  [[nodiscard]] virtual wire::value attach_command(std::uint64_t channel) const = 0;
  [[nodiscard]] virtual wire::value detach_command(std::uint64_t channel) const = 0;
  virtual void on_online() {}
  virtual void on_offline() {}

  /// The node closes the connection; it comes again.
  void turned_out();

  /// Says something over the connection, if there is one.
  void say(wire::value command);
  /// True if the connection's node no longer hosts the unit.
  [[nodiscard]] bool is_elsewhere(const path& unit) const;

  surroundings& in_;

private:
  friend class street;
  void connect();
  void attach(std::uint64_t for_try);
  void lose(bool tell);
  void later(micros least, micros most);
  void watch(std::uint64_t of);

  bool wants_ = false;
  bool online_ = false;
  sim::machine* at_ = nullptr;
  std::uint64_t start_ = 0;   ///< Of the process that it is connected to.
  std::uint64_t channel_ = 0; ///< 0: no connection.
  std::uint64_t try_ = 0;
  micros last_arrival_{0};
};

/// The drivers "citizen" and "device" of one machine: carries what a node says to whom it is for,
/// each connection's in order.
class street final : public node::driver {
public:
  street(surroundings& in, std::string node) : in_(in), node_(std::move(node)) {}

  void call(const name& who, std::uint64_t channel, const wire::value& what) override;
  bool deliver(const name& who, std::uint64_t channel, const node::feed_entry_ptr& entry) override;
  void restarted(const name& who) override;
  void rehomed() override;

  [[nodiscard]] std::uint64_t open(caller& c);
  void close(std::uint64_t channel) { callers_.erase(channel); }

  /// The street of a machine.
  static street& of(surroundings& in, const std::string& node);

private:
  void carry(std::uint64_t channel, std::function<void(caller&)> what);

  surroundings& in_;
  std::string node_;
  std::map<std::uint64_t, caller*> callers_;
};

} // namespace loa::city
