#pragma once

#include <loa/base/name.hpp>
#include <loa/base/random.hpp>
#include <loa/sim/trace.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// What goes wrong in a world, as data: drawn from a seed or written down, printed, and carried
/// out.
namespace loa::sim {

class world;

enum class trouble : std::uint8_t {
  cut,        ///< No way between `node` and `other`, in both directions.
  one_way,    ///< Nothing comes from `node` to `other`.
  broken,     ///< The lines between `node` and `other` break at once.
  killed,     ///< `node` is gone at once, with what it had not synced, and starts again at the end.
  restarted,  ///< `node` stops in order and starts again at the end.
  frozen,     ///< `node` does nothing.
  disk_full,  ///< `node` can store nothing more.
  disk_fails, ///< A few commits of `node` fail.
  disk_slow,  ///< Each commit of `node` takes up to half a second.
  slow,       ///< Each message costs `node` a few milliseconds.
  clock_wrong, ///< The clock of `node` goes `ahead`.
  crash        ///< The entity `who` crashes where it is awake.
};

struct fault {
  micros at{0};
  micros lasts{0}; ///< 0 for what happens at once.
  trouble what = trouble::broken;
  std::string node;
  std::string other; ///< Of what lies between two.
  micros ahead{0};   ///< Negative: behind.
  name who;
};

/// "node district: killed, starts again after 12 s".
[[nodiscard]] std::string to_string(const fault& f);

/// In the order of `at`.
using fault_plan = std::vector<fault>;

/// How much goes wrong.
enum class weather : std::uint8_t {
  calm, ///< Nothing.
  rain, ///< Something now and then, mostly one thing at a time.
  storm ///< Everything, often and at once.
};

[[nodiscard]] std::optional<weather> weather_of(std::string_view text);
[[nodiscard]] std::string_view to_string(weather w) noexcept;

/// What faults are drawn for.
struct fault_targets {
  std::vector<std::string> nodes;
  std::vector<name> entities; ///< That may crash.
  micros from{0};
  micros until{0}; ///< Nothing goes wrong from here on, and everything is well again.
};
[[nodiscard]] fault_plan draw(weather w, std::uint64_t seed, const fault_targets& targets);

/// Writes the plan into the world's schedule. Faults of a node or a way that is in trouble already
/// overlap: each thing is well again when the last of them is over.
void arm(world& w, const fault_plan& plan);

} // namespace loa::sim
