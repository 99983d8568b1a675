#pragma once

#include <loa/base/guarded_clock.hpp>
#include <loa/sim/internal/stepped_engine.hpp>
#include <loa/sim/internal/virtual_writer.hpp>
#include <loa/sim/machine.hpp>

namespace loa::sim {

/// Lets calls through to a driver while the process lives.
class driver_gate final : public node::driver {
public:
  driver_gate(node::driver& to, const bool& open) : to_(to), open_(open) {}
  void call(const name& who, std::uint64_t channel, const wire::value& what) override {
    if (open_) to_.call(who, channel, what);
  }
  bool deliver(const name& who, std::uint64_t channel, const node::feed_entry_ptr& entry) override {
    return open_ && to_.deliver(who, channel, entry);
  }
  void restarted(const name& who) override {
    if (open_) to_.restarted(who);
  }
  void turned_away(const name& who, const name& feed) override {
    if (open_) to_.turned_away(who, feed);
  }
  void rehomed() override {
    if (open_) to_.rehomed();
  }

private:
  node::driver& to_;
  const bool& open_;
};

/// Lets a process speak to its log while it lives.
class log_gate final : public log_sink {
public:
  log_gate(log_sink& to, const bool& open) : to_(to), open_(open) {}
  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (open_) to_.write(level, component, message, fields);
  }

private:
  log_sink& to_;
  const bool& open_;
};

/// One life of a node on a machine: what a kill takes away.
class process {
public:
  /// What a process takes of its machine.
  struct surroundings {
    disk& on;
    const clock& wall;
    const clock& monotonic;
    const micros& now;
    log_sink& log;
    virtual_writer::later after;
    std::uint64_t seed;
    std::function<std::unique_ptr<net::transport>()> plug_in;
    /// Lets a task of the transport run at once; false if there is none.
    std::function<bool()> hurry_transport;
  };
  explicit process(surroundings s);
  ~process();
  process(const process&) = delete;
  process& operator=(const process&) = delete;

  result<void> start(const machine_plan& plan);
  /// In order; true if nothing was left undone.
  bool stop();
  /// From now on nothing of it reaches the disk or anybody outside.
  void die();
  [[nodiscard]] bool alive() const noexcept { return alive_; }

  [[nodiscard]] node::runtime* node() noexcept { return node_.get(); }
  [[nodiscard]] stepped_engine& engine() noexcept { return engine_; }
  [[nodiscard]] metric_registry& metrics() noexcept { return metrics_; }
  [[nodiscard]] seeded_random& random() noexcept { return random_; }

  /// What is to be done when it thaws, in the order in which it came.
  std::deque<std::function<void()>> frozen_work;

private:
  bool alive_ = true;
  surroundings at_;
  seeded_random random_;
  metric_registry metrics_;
  log_gate log_;
  guarded_clock time_;
  virtual_writer writer_;
  stepped_engine engine_;
  std::vector<std::unique_ptr<driver_gate>> gates_;
  std::unique_ptr<node::runtime> node_;
};

} // namespace loa::sim
