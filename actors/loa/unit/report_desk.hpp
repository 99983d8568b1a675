#pragma once

#include <loa/unit/facts.hpp>
#include <loa/unit/period_ledger.hpp>

namespace loa::unit {

/// What a unit keeps of reports: which of them it has to deal with. How they count stands in the
/// ledger of periods, and when something is due in the reports themselves. Pure; changed by facts.
class report_desk {
public:
  void apply(const report_received& f, period_ledger& figures);
  void apply(const report_counted& f, period_ledger& figures);
  void apply(const work_changed& f);

  /// Oldest first; at most `limits::work_list`, and how many beyond.
  [[nodiscard]] const std::vector<work_item>& work() const noexcept { return work_; }
  [[nodiscard]] std::uint64_t more_work() const noexcept { return more_work_; }
  [[nodiscard]] bool works_on(const model::report_code& code) const;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("work", self.work_);
    f.optional("more_work", self.more_work_);
  }
  bool operator==(const report_desk&) const = default;

private:
  std::vector<work_item> work_;
  std::uint64_t more_work_ = 0;
};

} // namespace loa::unit
