// A unit and the reports that it received or has to deal with.

#include <loa/protocol/report_facts.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::unit {

entity::decision entity::on(const submit_report& c, const node::context& ctx) const {
  const auto who = report::name_of(c.code);
  if (!who || who->home() != unit_)
    return error{errc::rule,
                 fmt::format("\"{}\" is no code of a report to {}.", c.code, unit_.str()), "/code"};
  const auto due = ctx.now + settings_.clocks.classify;
  decision d(submitted{c.code, due});
  d.facts.emplace_back(report_received{c.code, ctx.now});
  const report::received first{c.request, c.code, unit_, ctx.now, settings_.clocks};
  // The clock is the report's own from the start, and nobody wakes it before that is over.
  d.effects.emplace_back(
      node::found{*who, wire::encode_record(first), {{std::string(report::clock_id), due}}});
  return d;
}

entity::decision entity::on(const report_changed& c, const node::context&) const {
  decision d;
  if (c.before != c.after) d.facts.emplace_back(report_counted{c.received, c.before, c.after});
  return d;
}

entity::decision entity::on(const responsibility& c, const node::context& ctx) const {
  decision d;
  const bool ours = c.responsible == unit_;
  if (ours && reports_.works_on(c.code)) return d;
  d.facts.emplace_back(work_changed{c.code, ours, ctx.now});
  return d;
}

entity::decision entity::on(const list_reports& c, const node::context&) const {
  const auto& all = reports_.work();
  const auto n = std::min<std::size_t>(c.most, all.size());
  return report_list{{all.begin(), all.begin() + static_cast<std::ptrdiff_t>(n)},
                     all.size() - n + reports_.more_work()};
}

} // namespace loa::unit
