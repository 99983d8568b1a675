#include <loa/report/entity.hpp>

#include <fmt/format.h>

namespace loa::report {

namespace {

using model::report_party;
using node::context;

name unit_name(const path& p) {
  return name::of("unit", p);
}

std::string_view root_of(const path& p) {
  return std::string_view(p.str()).substr(0, p.str().find('.'));
}

/// Who the history shows: people deal with units, and officials have names of their own in the
/// journal.
std::string shown(const actor& a) {
  if (!a.official) return "citizen";
  return a.unit.empty() ? a.subject : a.unit.str();
}

} // namespace

entity::decision entity::decide(const command& c, const context& ctx) const {
  if (report_.code.empty()) return error{errc::not_found, "There is no report with this code.", {}};
  return std::visit([&](const auto& x) { return on(x, ctx); }, c);
}

entity::decision entity::on(const get_report&, const context&) const {
  return report_;
}

std::optional<error> entity::not_responsible(const act& c) const {
  if (!c.by.official || c.by.unit.contains(report_.responsible)) return std::nullopt;
  return error{
      errc::forbidden,
      fmt::format("The unit {} is responsible for this report now.", report_.responsible.str()),
      {}};
}

entity::decision entity::on(const act& c, const context& ctx) const {
  if (auto why = not_responsible(c)) return *std::move(why);
  if (c.action.to && root_of(*c.action.to) != root_of(report_.unit))
    return error{errc::rule,
                 fmt::format("The unit {} is not of this hierarchy.", c.action.to->str()), "/to"};
  auto step = model::plan(report_, c.action,
                          c.by.official ? report_party::official : report_party::citizen);
  if (!step) return step.error();
  return take({*std::move(step), shown(c.by), ctx.now, false, c.by.subject}, ctx);
}

entity::decision entity::on_reminder(const std::string& id, const context& ctx) const {
  decision d;
  const auto tick = next_tick();
  if (id != clock_id || !tick) return d;
  if (ctx.now < *tick) {
    d.effects.emplace_back(node::remind{id, *tick});
    return d;
  }
  model::report_action action;
  const bool processed = model::is_processed(report_.state);
  action.action = processed ? model::report_verb::close : model::report_verb::escalate;
  if (auto step = model::plan(report_, action, report_party::system))
    return take({*std::move(step), "system", ctx.now, !processed, {}}, ctx);
  if (processed) return d;
  const auto before = standing();
  auto after = before;
  after.overdue = true;
  d.facts.emplace_back(overran{ctx.now});
  if (before != after)
    d.effects.emplace_back(node::post{
        unit_name(report_.unit),
        wire::value::of(unit::report_changed{report_.code, received_, before, after}), true});
  return d;
}

entity::decision entity::take(stepped f, const context& ctx) const {
  auto next = *this;
  next.apply(f);
  decision d(next.report_);
  const auto post = [&](const path& to, auto message) {
    d.effects.emplace_back(
        node::post{unit_name(to), wire::value::of(std::move(message)), to == report_.unit});
  };
  if (const auto before = standing(), after = next.standing(); before != after)
    post(report_.unit, unit::report_changed{report_.code, received_, before, after});

  const auto holder = [](const model::report& r) {
    return model::is_processed(r.state) ? std::nullopt : std::optional(r.responsible);
  };
  const auto was = holder(report_);
  const auto is = holder(next.report_);
  if (was != is) {
    const unit::responsibility message{report_.code, is, next.report_.due};
    if (was) post(*was, message);
    if (is) post(*is, message);
  }

  if (const auto tick = next.next_tick())
    d.effects.emplace_back(node::remind{std::string(clock_id), std::max(*tick, ctx.now)});
  else
    d.effects.emplace_back(node::forget{std::string(clock_id)});
  d.facts.emplace_back(std::move(f));
  return d;
}

std::vector<node::effect> entity::on_wake(const context&) const {
  std::vector<node::effect> out;
  if (const auto tick = next_tick()) out.emplace_back(node::remind{std::string(clock_id), *tick});
  return out;
}

unit::report_standing entity::standing() const {
  const bool processed = model::is_processed(report_.state);
  return {processed, overdue_ && !processed, report_.rating};
}

std::optional<instant> entity::next_tick() const {
  if (report_.code.empty() || overran_) return std::nullopt;
  if (report_.state == model::report_state::answered)
    return report_.history.back().at + clocks_.close;
  return report_.due;
}

void entity::apply(const fact& f) {
  struct {
    entity& e;
    void operator()(const received& x) {
      e.report_ = model::receive(x.request, x.code, x.unit, x.at, x.clocks.rules());
      e.clocks_ = x.clocks;
      e.received_ = x.at;
    }
    void operator()(const stepped& x) {
      model::apply(e.report_, x.step, x.at, x.by, e.clocks_.rules());
      e.overdue_ = (e.overdue_ || x.overdue) && !model::is_processed(e.report_.state);
      e.overran_ = false;
    }
    void operator()(const overran&) { e.overdue_ = e.overran_ = true; }
  } change{*this};
  std::visit(change, f);
}

} // namespace loa::report
