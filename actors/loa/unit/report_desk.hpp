#pragma once

#include <loa/unit/facts.hpp>
#include <loa/unit/period_ledger.hpp>

namespace loa::unit {

/// A report whose first clock the unit minds.
struct first_clock {
  model::report_code code;
  instant due;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("due", self.due);
  }
  bool operator==(const first_clock&) const = default;
};

/// What a unit keeps of reports: which of them it has to deal with, and those so new that nobody
/// has looked at them. How they count stands in the ledger of periods. Pure; changed by facts.
class report_desk {
public:
  void apply(const report_received& f, duration classify, period_ledger& figures);
  void apply(const report_counted& f, period_ledger& figures);
  void apply(const clocks_checked& f);
  void apply(const work_changed& f);

  /// The next to be over first; at most `limits::first_clocks`.
  [[nodiscard]] const std::vector<first_clock>& clocks() const noexcept { return clocks_; }
  /// Oldest first; at most `limits::work_list`, and how many beyond.
  [[nodiscard]] const std::vector<work_item>& work() const noexcept { return work_; }
  [[nodiscard]] std::uint64_t more_work() const noexcept { return more_work_; }
  [[nodiscard]] bool works_on(const model::report_code& code) const;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("clocks", self.clocks_);
    f.optional("work", self.work_);
    f.optional("more_work", self.more_work_);
  }
  bool operator==(const report_desk&) const = default;

private:
  std::vector<first_clock> clocks_;
  std::vector<work_item> work_;
  std::uint64_t more_work_ = 0;
};

} // namespace loa::unit
