#pragma once

#include <bench/measure/record.hpp>
#include <loa/model/unit_tree.hpp>
#include <loa/node/runtime.hpp>

#include <filesystem>
#include <functional>
#include <memory>

namespace loa::bench {

/// What a row of alerts down a city gave.
struct cascade_outcome {
  std::vector<double> last_ms;       ///< Of each alert: from when it was due to the last session.
  std::vector<double> accepted_ms;   ///< To the answer that it is stored.
  histogram::sparse deliveries;      ///< Of a sample of the sessions.
  std::vector<level_reached> levels; ///< Of the last alert.
  std::uint64_t memory = 0;          ///< Octets resident at the end.
  static void describe(auto& self, auto& f) {
    f("last_ms", self.last_ms);
    f.optional("accepted_ms", self.accepted_ms);
    f.optional("deliveries", self.deliveries);
    f.optional("levels", self.levels);
    f("memory", self.memory);
  }
};

/// A city in this process: real units of a hierarchy, real citizen sessions, a journal on disk. One
/// thread.
class one_city {
public:
  /// Errors: the directory cannot be used.
  [[nodiscard]] static result<std::unique_ptr<one_city>>
  open(const std::filesystem::path& directory, std::shared_ptr<const model::unit_tree> tree);
  ~one_city();

  /// Opens so many more sessions, spread evenly over the lowest units, and waits until they count.
  [[nodiscard]] result<void> open_sessions(std::size_t count);
  /// Opens sessions and closes them again, some at a time, so that only what is kept of one who has
  /// gone is left.
  [[nodiscard]] result<void> visit(std::size_t count);
  /// Registers so many devices at the lowest units and wakes each.
  [[nodiscard]] result<void> register_devices(std::size_t count);

  /// Publishes so many alerts at the root, of so many octets of text, at fixed times, and waits
  /// until each session has each. `sample`: latencies of one session in so many are kept, since a
  /// clock read at each of a million deliveries would be a part of what is measured. `stopped` ends
  /// it early with an error.
  [[nodiscard]] result<cascade_outcome> cascade(std::size_t alerts, double rate,
                                                std::size_t text_octets, std::size_t sample,
                                                const std::function<bool()>& stopped = {});

  [[nodiscard]] std::size_t sessions() const;

private:
  class impl;
  explicit one_city(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

/// Octets of this process that are resident, once what is free was given back.
[[nodiscard]] std::uint64_t settled_memory();

} // namespace loa::bench
