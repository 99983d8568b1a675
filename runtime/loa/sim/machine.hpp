#pragma once

#include <loa/node/runtime.hpp>
#include <loa/sim/clocks.hpp>
#include <loa/sim/disk.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace loa::sim {

class world;
class machine;

/// What runs on a machine.
struct machine_plan {
  std::string name;
  node::runtime_options options;
  std::function<std::vector<node::entity_kind>()> kinds;
  /// They outlive the world. Nothing reaches them of a process that is gone.
  std::vector<std::pair<std::string, node::driver*>> drivers;
  /// Called each time when the node is up, as the program that starts it would go on.
  std::function<void(machine&)> started;
  /// Where other nodes call it, and how it joins them with a transport of the world's network;
  /// empty for a node that is alone.
  std::string address;
  std::function<node::cluster_parts(std::unique_ptr<net::transport>)> join;
};

/// A simulated machine: a disk, two clocks, and at most one process, which is a node. Made by
/// `world::add`; lives as long as the world.
class machine {
public:
  enum class state { off, on, frozen };

  machine(world& of, machine_plan plan, std::uint64_t seed);
  ~machine();
  machine(const machine&) = delete;
  machine& operator=(const machine&) = delete;

  [[nodiscard]] const std::string& name() const noexcept;
  [[nodiscard]] state is() const noexcept;
  /// How often it was started.
  [[nodiscard]] std::uint64_t starts() const noexcept;

  // What may happen to it. Each is harmless where it makes no sense.

  /// Starts the process. An error says why the node does not start.
  result<void> start();
  /// The process is gone at this instant: what was not synced is lost, and no entity is told. Its
  /// lines to other nodes break, or fall silent. From inside of the process's own work it happens
  /// right after that.
  void kill();
  /// The process stops in order; true if it left nothing undone. It takes no time.
  bool stop();
  /// The process does nothing until it thaws, and does not know that.
  void freeze();
  void thaw();
  /// An entity crashes, as if its code had thrown.
  void crash(const loa::name& who);
  /// Each message that an actor takes keeps the whole machine for so long; 0: it is fast.
  void slow_down(micros each_step);

  [[nodiscard]] sim::disk& disk() noexcept;
  [[nodiscard]] const sim::disk& disk() const noexcept;
  [[nodiscard]] machine_clock& wall() noexcept;

  // How the world outside speaks to it.

  /// A client's request. Without a process the answer is errc::unavailable; a frozen one takes the
  /// request when it thaws. When the process dies, so does the connection: errc::unavailable, and
  /// the client does not know whether the command was carried out.
  void ask(const loa::name& to, wire::value command, node::reply_handler then,
           node::ask_options options = {});
  void tell(const loa::name& to, wire::value command);

  /// Null without a process. To look at; speak to it with `ask` and `tell`.
  [[nodiscard]] node::runtime* node() noexcept;
  /// Of the present or the last process.
  [[nodiscard]] metric_registry& metrics() noexcept;

  /// Does something after a while, as a thread of the process would: not if the process is gone by
  /// then, and later if it is frozen.
  void after(micros delay, std::function<void()> what);

private:
  friend class world;
  class impl;

  /// True if an actor has something to do now.
  [[nodiscard]] bool ready() const;
  /// When it next has by itself.
  [[nodiscard]] std::optional<micros> next() const;
  void step();
  /// What was due at the world's time is ready from now on.
  void wake();

  std::unique_ptr<impl> impl_;
};

} // namespace loa::sim
