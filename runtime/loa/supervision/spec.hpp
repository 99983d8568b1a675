#pragma once

#include <loa/base/result.hpp>
#include <loa/base/time.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace loa::supervision {

// Supervision as Erlang/OTP defines it in its `supervisor` behaviour, with OTP's words: a
// supervisor starts its children in order, restarts those that fail, stops them in reverse order,
// and stops itself when restarting does not help, so that its own supervisor decides. Here are the
// plain data of it.

/// Who is restarted when one child has failed.
enum class strategy : std::uint8_t {
  one_for_one,        ///< The failed child alone.
  rest_for_one,       ///< The failed child and those after it in start order.
  one_for_all,        ///< All children.
  simple_one_for_one, ///< The failed child alone; all children are dynamic and of one spec.
};

/// When a child that ended is started again.
enum class restart_type : std::uint8_t {
  permanent, ///< Always.
  transient, ///< Only if it ended abnormally: neither `normal` nor `shutdown`.
  temporary, ///< Never, not even with its siblings: it is stopped and forgotten.
};

/// A worker counts as started once it exists; a supervisor once all its own children are started.
enum class child_type : std::uint8_t { worker, supervisor };

/// How an actor ended.
enum class exit_kind : std::uint8_t { normal, shutdown, error };

/// How a child is stopped: asked to shut down and, after a time, killed; or killed at once. A
/// supervisor waits for the end of a killed child without limit.
class shutdown_mode {
public:
  [[nodiscard]] static constexpr shutdown_mode brutal_kill() { return shutdown_mode(duration(0)); }
  /// `limit` is positive.
  [[nodiscard]] static constexpr shutdown_mode within(duration limit) {
    return shutdown_mode(limit);
  }
  [[nodiscard]] static constexpr shutdown_mode infinity() { return shutdown_mode(duration::max()); }

  [[nodiscard]] constexpr bool kills() const { return limit_ == duration(0); }
  [[nodiscard]] constexpr bool has_limit() const { return limit_ != duration::max(); }
  /// The time a child is given; only if `has_limit()`.
  [[nodiscard]] constexpr duration limit() const { return limit_; }

  bool operator==(const shutdown_mode&) const = default;

private:
  explicit constexpr shutdown_mode(duration limit) : limit_(limit) {}
  duration limit_;
};

/// More than `intensity` restarts within `period` stop the supervisor.
struct restart_limit {
  std::uint32_t intensity = 1;
  duration period = std::chrono::seconds(5);
};

struct child_spec {
  /// Unique among its siblings; under simple_one_for_one what all children are called in logs.
  std::string id;
  restart_type restart = restart_type::permanent;
  shutdown_mode shutdown = shutdown_mode::within(std::chrono::seconds(5));
  child_type type = child_type::worker;
};

struct supervisor_spec {
  /// For logs only.
  std::string name;
  loa::supervision::strategy strategy = strategy::one_for_one;
  restart_limit limit;
};

/// OTP's defaults for a child: a worker gets 5 s to stop, a supervisor as long as it needs.
[[nodiscard]] child_spec worker(std::string id, restart_type restart = restart_type::permanent);
[[nodiscard]] child_spec supervisor(std::string id, restart_type restart = restart_type::permanent);

/// errc::rule if the data contradict themselves: a period or shutdown time that is not positive, an
/// id that is empty or stands twice, other than one child under simple_one_for_one.
[[nodiscard]] result<void> check(const supervisor_spec& spec,
                                 const std::vector<child_spec>& children);
/// The same for one child.
[[nodiscard]] result<void> check(const child_spec& child);

} // namespace loa::supervision
