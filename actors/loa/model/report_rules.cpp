#include <loa/model/report_rules.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model {

namespace {

using enum report_state;
using verb = report_verb;

struct transition {
  report_state from;
  report_verb action;
  report_state to;
};

constexpr transition transitions[] = {
    {received, verb::classify, classified},
    {received, verb::reject, rejected},
    {received, verb::escalate, escalated},
    {classified, verb::classify, classified},
    {classified, verb::assign, assigned},
    {classified, verb::reject, rejected},
    {classified, verb::escalate, escalated},
    {assigned, verb::assign, assigned},
    {assigned, verb::start, in_progress},
    {assigned, verb::answer, answered},
    {assigned, verb::reject, rejected},
    {assigned, verb::escalate, escalated},
    {in_progress, verb::assign, assigned},
    {in_progress, verb::answer, answered},
    {in_progress, verb::reject, rejected},
    {in_progress, verb::escalate, escalated},
    {answered, verb::close, report_state::closed},
    {answered, verb::reopen, reopened},
    {answered, verb::rate, answered},
    {report_state::closed, verb::reopen, reopened},
    {report_state::closed, verb::rate, report_state::closed},
    {rejected, verb::reopen, reopened},
    {reopened, verb::classify, classified},
    {reopened, verb::assign, assigned},
    {reopened, verb::reject, rejected},
    {reopened, verb::escalate, escalated},
    {escalated, verb::classify, classified},
    {escalated, verb::assign, assigned},
    {escalated, verb::start, in_progress},
    {escalated, verb::answer, answered},
    {escalated, verb::reject, rejected},
    {escalated, verb::escalate, escalated},
};

std::string possible_in(report_state from) {
  std::string all;
  for (const auto& t : transitions)
    if (t.from == from) all.append(all.empty() ? "" : ", ").append(wire::enum_name(t.action));
  return all;
}

error refused(errc code, std::string why, std::string pointer = "/action") {
  return {code, std::move(why), std::move(pointer)};
}

/// Who answers for the report after an escalation.
result<path> above(const report& r, const report_action& action) {
  const auto up = action.to.value_or(r.responsible.parent());
  if (up.empty())
    return refused(errc::conflict,
                   fmt::format("There is no unit above {} to escalate to.", r.responsible.str()));
  if (up == r.responsible || !up.contains(r.responsible))
    return refused(errc::rule, fmt::format("{} is not above {}.", up.str(), r.responsible.str()),
                   "/to");
  return up;
}

result<void> check_content(const report_action& action) {
  if (action.action == verb::answer && action.note.empty())
    return refused(errc::rule, "An answer needs its text in \"note\".", "/note");
  if (action.action == verb::reject && action.note.empty())
    return refused(errc::rule, "A rejection needs its reason in \"note\".", "/note");
  if (action.action == verb::rate && (!action.rating || *action.rating < 1 || *action.rating > 5))
    return refused(errc::rule, "A rating is a whole number from 1 to 5.", "/rating");
  return {};
}

/// The event from which the clocks of the present round run.
instant round_start(const report& r) {
  instant start;
  for (const auto& e : r.history)
    if (e.state == received || e.state == reopened || e.state == escalated) start = e.at;
  return start;
}

} // namespace

std::optional<report_state> next_state(report_state from, report_verb action) noexcept {
  for (const auto& t : transitions)
    if (t.from == from && t.action == action) return t.to;
  return std::nullopt;
}

bool may(report_party who, report_verb action) noexcept {
  const bool for_citizens = action == verb::reopen || action == verb::rate;
  switch (who) {
  case report_party::citizen:
    return for_citizens;
  case report_party::official:
    return !for_citizens;
  case report_party::system:
    return action == verb::escalate || action == verb::close;
  }
  return false;
}

bool is_processed(report_state s) noexcept {
  return s == answered || s == report_state::closed || s == rejected;
}

result<report_step> plan(const report& r, const report_action& action, report_party who) {
  const auto verb_name = wire::enum_name(action.action);
  if (!may(who, action.action))
    return refused(errc::forbidden, fmt::format("The action {} is not for {}.", verb_name,
                                                who == report_party::citizen    ? "citizens"
                                                : who == report_party::official ? "officials"
                                                                                : "the system"));
  const auto to = next_state(r.state, action.action);
  if (!to)
    return refused(errc::conflict,
                   fmt::format("The report is {}; the action {} is not possible now. Possible: {}.",
                               wire::enum_name(r.state), verb_name, possible_in(r.state)));
  if (action.action == verb::reopen && r.times_reopened > 0)
    return refused(errc::conflict, "The report was reopened before; that is possible once.");
  if (r.history.size() >= report_limits::history)
    return refused(errc::conflict,
                   fmt::format("The report has {} steps; more are not kept.", r.history.size()));
  if (auto done = check_content(action); !done) return done.error();

  report_step step;
  step.action = action.action;
  step.state = *to;
  step.responsible = r.responsible;
  step.note = action.note;
  if (action.action == verb::escalate) {
    auto up = above(r, action);
    if (!up) return up.error();
    step.responsible = *std::move(up);
  }
  if (action.action == verb::assign) {
    step.responsible = action.to.value_or(r.responsible);
    step.shared_with = action.shared_with;
  }
  if (action.action == verb::classify) step.category = action.category;
  if (action.action == verb::rate) step.rating = action.rating;
  return step;
}

report receive(const report_request& request, report_code code, const path& unit, instant now,
               const report_clocks& clocks) {
  report r;
  r.code = std::move(code);
  r.unit = unit;
  r.responsible = unit;
  r.category = request.category;
  r.kind = request.kind;
  r.about = request.about;
  r.citizen = request.citizen;
  r.text = request.text;
  r.where = request.where;
  r.attachments = request.attachments;
  r.history.push_back({now, "citizen", received, {}});
  r.due = due_at(r, clocks);
  return r;
}

void apply(report& r, const report_step& step, instant now, std::string by,
           const report_clocks& clocks) {
  r.state = step.state;
  r.responsible = step.responsible;
  if (!step.category.empty()) r.category = step.category;
  if (step.action == verb::answer) r.answer = step.note;
  if (step.action == verb::assign) r.shared_with = step.shared_with;
  if (step.action == verb::rate) r.rating = step.rating;
  if (step.action == verb::reopen) {
    ++r.times_reopened;
    r.rating.reset(); // it was given for an answer that does not stand
  }
  r.history.push_back({now, std::move(by), step.state, step.note});
  r.due = due_at(r, clocks);
}

std::optional<instant> due_at(const report& r, const report_clocks& clocks) {
  const auto start = round_start(r);
  switch (r.state) {
  case received:
  case reopened:
    return start + clocks.classify;
  case classified:
  case escalated:
    return start + clocks.competence;
  case assigned:
  case in_progress:
    return start + (r.shared_with.empty() ? clocks.answer : clocks.answer_shared);
  case answered:
  case report_state::closed:
  case rejected:
    break;
  }
  return std::nullopt;
}

} // namespace loa::model
