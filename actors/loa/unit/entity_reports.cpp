// A unit and the reports that it received or has to deal with.

#include <loa/protocol/report_facts.hpp>
#include <loa/unit/entity.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::unit {

namespace {

/// So many reports are told at once that their first clock is over.
constexpr std::size_t most_checks = 256;

} // namespace

entity::decision entity::on(const submit_report& c, const node::context& ctx) const {
  const auto who = report::name_of(c.code);
  if (!who || who->home() != unit_)
    return error{errc::rule,
                 fmt::format("\"{}\" is no code of a report to {}.", c.code, unit_.str()), "/code"};
  const auto due = ctx.now + settings_.clocks.classify;
  const bool minded = reports_.clocks().size() < limits::first_clocks;
  decision d(submitted{c.code, due});
  d.facts.emplace_back(report_received{c.code, ctx.now, minded});
  d.effects.emplace_back(node::found{
      *who,
      wire::encode_record(report::received{c.request, c.code, unit_, ctx.now, settings_.clocks})});
  if (!minded)
    d.effects.emplace_back(node::post{*who, wire::value::of(report::check_clock{})});
  else if (reports_.clocks().empty() || due < reports_.clocks().front().due)
    d.effects.emplace_back(node::remind{"first clocks", due});
  return d;
}

entity::decision entity::check_first_clocks(const node::context& ctx) const {
  decision d;
  const auto& clocks = reports_.clocks();
  std::uint32_t count = 0;
  while (count < clocks.size() && count < most_checks && clocks[count].due <= ctx.now) {
    if (const auto who = report::name_of(clocks[count].code))
      d.effects.emplace_back(node::post{*who, wire::value::of(report::check_clock{})});
    ++count;
  }
  if (count > 0) d.facts.emplace_back(clocks_checked{count});
  if (count < clocks.size())
    d.effects.emplace_back(node::remind{"first clocks", std::max(clocks[count].due, ctx.now)});
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
