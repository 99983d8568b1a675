#pragma once

#include <loa/model/effectiveness.hpp>

#include <array>

namespace loa::unit {

/// From an instant until before another; an absent end is open. Both are widened to whole seconds.
struct period {
  period(std::optional<instant> from, std::optional<instant> to);
  [[nodiscard]] bool contains(instant t) const noexcept { return from_ <= t && t < to_; }

private:
  instant from_ = instant::min();
  instant to_ = instant::max();
};

/// A unit's figures by the time at which things happened, in buckets that grow with their age, so
/// that the whole stays small for ever.
///
/// What is younger than 5 minutes is kept by the second, than a day by the minute, than 31 days by
/// the hour, than 800 days by the day (of Vietnam), and beyond by 400 days: some 3 300 buckets
/// where something happens in every second. Nothing is lost by merging. Pure; `now` comes from
/// facts.
class period_ledger {
public:
  /// The figures of the bucket that `t` falls into, to be changed. Valid until the next call.
  [[nodiscard]] model::figures& at(instant t, instant now);

  /// The sum over the buckets that begin in a period.
  [[nodiscard]] model::figures sum(const period& over) const;

  [[nodiscard]] std::size_t size() const noexcept { return buckets_.size(); }

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    std::vector<std::int64_t> numbers = self.flat();
    f.optional("numbers", numbers);
    if constexpr (!std::is_const_v<Self>) self.unflatten(numbers);
  }
  bool operator==(const period_ledger&) const = default;

private:
  struct bucket {
    instant start;
    duration width{};
    model::figures figures;
    bool operator==(const bucket&) const = default;
  };

  void merge_old(instant now);
  [[nodiscard]] std::vector<std::int64_t> flat() const;
  void unflatten(const std::vector<std::int64_t>& numbers);

  std::vector<bucket> buckets_; // ascending, none overlaps another
};

} // namespace loa::unit
