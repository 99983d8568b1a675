#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

/// \file
/// Marks places that only faults reach, and counts how often they were reached:
///
///     LOA_PROBE("feed: a follower names a position that was never published");
///
/// A simulation that never reaches such a place proves nothing about it. `./dev simulate` prints
/// the counts of a long run and fails if one is 0. A probe costs one relaxed increment; any thread.
namespace loa {

/// A marked place. Made by `LOA_PROBE`, lives as long as the program.
class probe {
public:
  explicit probe(std::string_view name) noexcept;
  probe(const probe&) = delete;
  probe& operator=(const probe&) = delete;

  /// The place was reached.
  void hit() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }

  [[nodiscard]] std::string_view name() const noexcept { return name_; }
  [[nodiscard]] std::uint64_t count() const noexcept {
    return count_.load(std::memory_order_relaxed);
  }

  /// All probes of the program, reached or not, in the order of their names. A name that stands in
  /// several places is there once for each.
  [[nodiscard]] static std::vector<const probe*> all();

private:
  std::string_view name_;
  std::atomic<std::uint64_t> count_{0};
  const probe* next_;
};

namespace detail {

/// A text that can be a template's argument, so that each probe is known before it is reached.
template <std::size_t N>
struct probe_name {
  char text[N];
  consteval probe_name(const char (&literal)[N]) { std::copy_n(literal, N, text); }
};

template <probe_name Name>
struct probe_at {
  static inline probe place{std::string_view(Name.text, sizeof(Name.text) - 1)};
};

} // namespace detail

} // namespace loa

/// Counts that this place was reached. The name is a literal: what has happened, in a few words,
/// after the subject and a colon.
#define LOA_PROBE(name) ::loa::detail::probe_at<name>::place.hit()
