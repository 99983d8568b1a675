#pragma once

#include <atomic>
#include <cstdint>
#include <string_view>
#include <vector>

/// \file
/// Bounds of queues, caches, books and windows, with a default and a floor each:
///
///     /// Posts that may wait for one receiver; beyond it a decision that posts is refused.
///     inline limit max_waiting_posts{"node.waiting_posts", 10'000, 4};
///     …
///     if (max_waiting_posts.reached_by(waiting.size())) return too_many();
///
/// A program runs with the defaults. A simulation draws each limit between its floor and its
/// default, so that what happens at and beyond it is tried though nobody has ten thousand posts
/// waiting: see `limit_draw`. Reading costs one relaxed load; any thread.
namespace loa {

/// One bound. At namespace scope or static, and lives as long as the program.
class limit {
public:
  /// `name` begins with the floor of the house, as in "node.waiting_posts". 1 <= `floor` <=
  /// `usual`. With every value from the floor up all promises hold.
  limit(std::string_view name, std::uint64_t usual, std::uint64_t floor) noexcept;
  limit(const limit&) = delete;
  limit& operator=(const limit&) = delete;

  /// The bound now: the default, or what a simulation has drawn.
  [[nodiscard]] std::uint64_t value() const noexcept {
    return value_.load(std::memory_order_relaxed);
  }
  operator std::uint64_t() const noexcept { return value(); }

  /// True if `n` has come up to the bound, so that one more is too many; then it counts as crossed.
  [[nodiscard]] bool reached_by(std::uint64_t n) noexcept {
    if (n < value()) return false;
    cross();
    return true;
  }
  /// True if `n` lies beyond the bound; then it counts as crossed.
  [[nodiscard]] bool exceeded_by(std::uint64_t n) noexcept {
    if (n <= value()) return false;
    cross();
    return true;
  }
  /// What the bound is there for has happened.
  void cross() noexcept { crossings_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t usual() const noexcept { return usual_; }
  [[nodiscard]] std::uint64_t floor() const noexcept { return floor_; }
  /// How often it was crossed since the start of the program.
  [[nodiscard]] std::uint64_t crossings() const noexcept {
    return crossings_.load(std::memory_order_relaxed);
  }

  /// All limits of the program, in the order of their names.
  [[nodiscard]] static std::vector<limit*> all();

private:
  friend class limit_draw;

  std::string_view name_;
  std::uint64_t usual_;
  std::uint64_t floor_;
  std::atomic<std::uint64_t> value_;
  std::atomic<std::uint64_t> crossings_{0};
  limit* next_;
};

/// Sets all limits for one simulated world, and back to their defaults at its end. Each is at its
/// default in half of the seeds and otherwise drawn between floor and default, so that each order
/// of magnitude is as likely as another. A limit's value depends on the seed and its name alone, so
/// a new limit leaves the others as they were. One of these at a time in a process, asserted; no
/// node may run outside of the world meanwhile.
class limit_draw {
public:
  explicit limit_draw(std::uint64_t seed);
  ~limit_draw();
  limit_draw(const limit_draw&) = delete;
  limit_draw& operator=(const limit_draw&) = delete;
};

} // namespace loa
