#pragma once

#include <bench/measure/record.hpp>
#include <loa/base/result.hpp>

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace loa::bench {

/// What a scenario has from whoever runs it. One thread, but `stopped` may be set from any.
class conductor {
public:
  struct parts {
    std::filesystem::path program; ///< The program loa, for nodes that are started.
    std::filesystem::path scratch; ///< A directory of this run, on the disk that is measured.
    std::uint64_t seed = 1;
    std::size_t repetitions = 5;
    bool require_peers = false;
    /// Tells people what happens now; may be empty.
    std::function<void(const std::string&)> say;
  };
  explicit conductor(parts p) : parts_(std::move(p)) {}

  [[nodiscard]] const std::filesystem::path& program() const { return parts_.program; }
  [[nodiscard]] std::uint64_t seed() const { return parts_.seed; }
  [[nodiscard]] std::size_t repetitions() const { return parts_.repetitions; }
  [[nodiscard]] bool require_peers() const { return parts_.require_peers; }
  void say(const std::string& what) const {
    if (parts_.say) parts_.say(what);
  }
  /// An empty directory of that name under the scratch directory.
  [[nodiscard]] result<std::filesystem::path> directory(const std::string& name) const;

  /// Somebody wants an end: finish nothing more, keep what was measured.
  void stop() { stopped_ = true; }
  [[nodiscard]] bool stopped() const { return stopped_; }
  /// The same for those who wait and do not know of conductors; it lives as long as this.
  [[nodiscard]] std::function<bool()> stopping() const {
    return [this] { return stopped(); };
  }

private:
  parts parts_;
  std::atomic<bool> stopped_{false};
};

/// One of those that do the same work in a scenario. Starts what it needs for a repetition and ends
/// it again, so that nothing of it disturbs the others.
class contender {
public:
  virtual ~contender() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  /// Its version, when it can be used here; else a sentence that names the package to install.
  [[nodiscard]] virtual result<std::string> version() = 0;
  /// Everything about it that a reader may want to set otherwise.
  [[nodiscard]] virtual std::vector<setting> settings() const { return {}; }
  /// Measures once. `number` counts from 0. `c.stopped()` ends it early with errc::unavailable.
  [[nodiscard]] virtual result<repetition> measure(std::size_t number, conductor& c) = 0;
};

/// Measures each contender as often as the conductor says, one after the other, and in the reverse
/// order every other time, so that none always follows the same. The first is ours. A peer that
/// cannot be used is left out with a warning, or refused where peers are required; one that fails
/// is dropped with a warning and keeps no repetition without its partners. What was measured before
/// somebody wanted an end is kept.
///
/// Errors: ours cannot be measured, or a peer is missing that is required; then nothing was
/// started.
[[nodiscard]] result<void> measure_all(std::vector<std::unique_ptr<contender>> contenders,
                                       conductor& c, section& into);

} // namespace loa::bench
