#include <loa/unit/report_desk.hpp>

#include <algorithm>

namespace loa::unit {

namespace {

struct tally {
  std::int64_t processed, overdue, rated, satisfied;
};

tally count(const report_standing& s) {
  return {s.processed, s.overdue, s.rating.has_value(), s.rating.value_or(0) >= 4};
}

void adjust(std::uint64_t& n, std::int64_t by) {
  n = static_cast<std::uint64_t>(static_cast<std::int64_t>(n) + by);
}

} // namespace

void report_desk::apply(const report_received& f, period_ledger& figures) {
  auto& r = figures.at(f.at, f.at).reports;
  ++r.received;
  ++r.in_progress;
  // Not looked for in the list: a code is given once.
  if (work_.size() < limits::work_list)
    work_.push_back({f.code, f.at});
  else
    ++more_work_;
}

void report_desk::apply(const report_counted& f, period_ledger& figures) {
  auto& r = figures.at(f.received, f.received).reports;
  const auto was = count(f.before);
  const auto is = count(f.after);
  adjust(r.processed, is.processed - was.processed);
  adjust(r.in_progress, was.processed - is.processed);
  adjust(r.overdue, is.overdue - was.overdue);
  adjust(r.rated, is.rated - was.rated);
  adjust(r.satisfied, is.satisfied - was.satisfied);
}

void report_desk::apply(const work_changed& f) {
  const auto at = std::ranges::find(work_, f.code, &work_item::code);
  if (f.ours) {
    if (at != work_.end()) return;
    if (work_.size() < limits::work_list)
      work_.push_back({f.code, f.at});
    else
      ++more_work_;
  } else if (at != work_.end()) {
    work_.erase(at);
  } else if (more_work_ > 0) {
    --more_work_;
  }
}

bool report_desk::works_on(const model::report_code& code) const {
  return std::ranges::find(work_, code, &work_item::code) != work_.end();
}

} // namespace loa::unit
