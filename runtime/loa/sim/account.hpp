#pragma once

#include <loa/base/result.hpp>
#include <loa/sim/rehearsal.hpp>

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>

/// \file
/// How simulations are told to people: seeds, a timeline, a table, and what was broken.
namespace loa::sim {

/// "01:02:03.456", since the beginning of the world.
[[nodiscard]] std::string clock_text(micros at);

/// Seeds that are tried one after the other.
struct seed_range {
  std::uint64_t from = 1;
  std::uint64_t to = 1; ///< Included.
  [[nodiscard]] bool one() const noexcept { return from == to; }
};
/// "7" or "1..100".
[[nodiscard]] result<seed_range> parse_seeds(std::string_view text);

/// A word as a shell reads it again, in quotes where it needs them.
[[nodiscard]] std::string quoted(std::string_view word);

/// Tells of the runs of some seeds: of one its timeline, then a table of what happened, and at the
/// last what was broken, with the command that shows it again. Nothing of it is from the wall
/// clock. One thread.
class account {
public:
  using command_maker = std::function<std::string(std::uint64_t seed)>;

  /// The stream outlives it.
  account(std::ostream& out, seed_range seeds, command_maker command)
      : out_(out),
        seeds_(seeds),
        command_(std::move(command)) {}

  /// For `rehearsal_options::listen`: prints each line at once. Empty if there are several seeds.
  [[nodiscard]] std::function<void(const trace::line&)> timeline();
  /// A run has ended.
  void add(const rehearsal_end& end);
  /// All have: true if every promise was kept.
  bool finish();

private:
  void print_figures();
  void print_broken(const rehearsal_end& end);

  std::ostream& out_;
  seed_range seeds_;
  command_maker command_;
  std::uint64_t runs_ = 0;
  std::uint64_t bad_ = 0;
  micros time_{0};
  std::uint64_t faults_ = 0;
  std::uint64_t starts_ = 0;
  std::vector<figure> figures_; ///< Sums.
  std::optional<rehearsal_end> worst_;
};

} // namespace loa::sim
