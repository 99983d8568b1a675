#pragma once

#include <loa/base/random.hpp>
#include <loa/sim/trace.hpp>

#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace loa::sim {

/// What will happen, in the order of time; the seed orders what happens at the same instant.
class schedule {
public:
  using action = std::function<void()>;

  explicit schedule(std::uint64_t seed) : ties_(seed) {}

  /// An instant that has passed counts as now: the action comes next.
  void add(micros at, action what);
  /// When the next one is due.
  [[nodiscard]] std::optional<micros> next() const;
  /// Takes it out. Not when empty.
  [[nodiscard]] action take();
  /// Forgets everything. What goes with it may add something.
  void clear() { (void)std::exchange(heap_, {}); }
  [[nodiscard]] std::size_t size() const noexcept { return heap_.size(); }

private:
  struct entry {
    micros at;
    std::uint64_t tie;
    std::uint64_t number; ///< If the ties are equal, too.
    action what;
    [[nodiscard]] bool operator<(const entry& o) const noexcept {
      if (at != o.at) return at > o.at; // a heap has its greatest first
      if (tie != o.tie) return tie > o.tie;
      return number > o.number;
    }
  };

  seeded_random ties_;
  std::uint64_t number_ = 0;
  std::vector<entry> heap_;
};

} // namespace loa::sim
