// Citizens who report, and officials who deal with it.

#include <loa/city/workload.hpp>
#include <loa/protocol/report.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

namespace loa::city {

using namespace std::chrono_literals;
using model::report_state;
using model::report_verb;

void workload::report_now_and_then() {
  in_.world.after(pause(options_.report_every), [this] {
    if (settled_) return;
    submit();
    report_now_and_then();
  });
}

void workload::submit() {
  const auto& unit = any_unit().unit;
  const auto code = model::make_report_code(unit, in_.random);
  auto& r = in_.notes.reports[code];
  r.code = code;
  r.home = unit;
  r.asked = in_.now();
  model::report_request request;
  request.citizen = fmt::format("c{}", 1 + in_.random.below(in_.notes.citizens.size()));
  request.category = "duong-sa";
  request.text = fmt::format("Đèn đường {} hỏng.", in_.notes.reports.size());
  const auto text = request.text;
  in_.world.say("citizen", "reports " + code);
  desk_.ask(name::of("unit", unit), wire::value::of(unit::submit_report{std::move(request), code}),
            {"submit-" + code, {}, store::urgency::ordinary}, [this, code, text](const auto& got) {
              if (!got) {
                if (got.error().code != errc::timeout)
                  in_.notes.accuse(6, "unit/" + in_.notes.reports.at(code).home.str(),
                                   "refuses a report: " + got.error().detail, in_.now());
                return;
              }
              in_.notes.reports.at(code).answered = true;
              in_.notes.reports.at(code).text = text;
              deal_with(code, in_.between(5s, 8min));
            });
}

void workload::deal_with(const model::report_code& code, micros after) {
  in_.world.after(after, [this, code] {
    if (settled_) return;
    const auto who = report::name_of(code);
    // Look first: a clock may have moved it.
    desk_.ask(*who, wire::value::of(report::get_report{}), {}, [this, code](const auto& got) {
      if (!got) {
        if (got.error().code == errc::not_found)
          in_.notes.accuse(6, "report/" + code, "is not there, though it was accepted", in_.now());
        return;
      }
      in_.notes.reports.at(code).last = *got->template get<model::report>();
      take_step(code);
    });
  });
}

void workload::take_step(const model::report_code& code) {
  auto& r = in_.notes.reports.at(code);
  const auto action = choose_step(r.last);
  if (!action || settled_ || r.steps.size() > 20) return;
  const bool citizen = action->action == report_verb::rate || action->action == report_verb::reopen;
  report::act command{*action, {}};
  if (!citizen) command.by = {true, "can-bo", r.last.responsible};
  desk_.ask(*report::name_of(code), wire::value::of(std::move(command)),
            {fmt::format("act-{}", ++keys_), {}, store::urgency::ordinary},
            [this, code](const auto& got) {
              auto& mine = in_.notes.reports.at(code);
              if (got) {
                mine.last = *got->template get<model::report>();
                mine.steps.push_back(mine.last.state);
              }
              deal_with(code, in_.between(5s, 10min));
            });
}

std::optional<model::report_action> workload::choose_step(const model::report& r) {
  model::report_action a;
  a.note = "Đã xem.";
  const auto dice = in_.random.below(100);
  switch (r.state) {
  case report_state::received:
  case report_state::reopened:
    if (dice < 15) return std::nullopt; // left to its clock
    a.action = dice < 25 ? report_verb::reject : report_verb::classify;
    return a;
  case report_state::classified:
  case report_state::escalated:
    if (dice < 15) return std::nullopt;
    a.action = report_verb::assign;
    if (dice < 70) a.to = any_unit().unit;
    return a;
  case report_state::assigned:
    a.action = dice < 60   ? report_verb::start
               : dice < 80 ? report_verb::assign
                           : report_verb::escalate;
    if (a.action == report_verb::assign) a.to = any_unit().unit;
    return a;
  case report_state::in_progress:
    a.action = report_verb::answer;
    return a;
  case report_state::answered:
  case report_state::closed:
  case report_state::rejected:
    if (dice < 40 && !r.rating) {
      a.action = report_verb::rate;
      a.rating = static_cast<int>(1 + in_.random.below(5));
      a.note.clear();
      return a;
    }
    if (dice < 55 && r.times_reopened == 0) {
      a.action = report_verb::reopen;
      return a;
    }
    if (r.state != report_state::answered) return std::nullopt;
    a.action = report_verb::close;
    return a;
  }
  return std::nullopt;
}

void workload::look_at_figures() {
  in_.world.after(90s, [this] {
    if (settled_) return;
    for (const auto& u : in_.places.tree->all()) judge_figures(u.unit);
    look_at_figures();
  });
}

void workload::judge_figures(const path& unit) {
  std::uint64_t answered = 0;
  for (const auto& [code, r] : in_.notes.reports)
    if (r.home == unit && r.answered) ++answered;
  const auto who = name::of("unit", unit);
  desk_.look(who, wire::value::of(unit::get_figures{}), [this, who, answered](const auto& got) {
    if (!got) return;
    const auto& f = got->template get<unit::own_figures>()->figures.reports;
    if (f.received != f.processed + f.in_progress)
      in_.notes.accuse(6, who.str(),
                       fmt::format("counts {} reports received, {} processed and {} in progress",
                                   f.received, f.processed, f.in_progress),
                       in_.now());
    if (f.received < answered)
      in_.notes.accuse(6, who.str(),
                       fmt::format("counts {} reports, and has accepted {}", f.received, answered),
                       in_.now());
  });
}

} // namespace loa::city
