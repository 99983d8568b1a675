#include <bindings/http/citizen_id.hpp>
#include <bindings/http/internal/calls.hpp>
#include <loa/protocol/report.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

namespace loa::http {

namespace {

call right_for(model::report_verb verb) {
  switch (verb) {
  case model::report_verb::rate:
  case model::report_verb::reopen:
    return call::rate_report;
  case model::report_verb::start:
  case model::report_verb::answer:
    return call::work_on_report;
  case model::report_verb::classify:
  case model::report_verb::assign:
  case model::report_verb::reject:
  case model::report_verb::escalate:
  case model::report_verb::close:
    break;
  }
  return call::handle_report;
}

/// Personal data is for officials of the home or of the unit that deals with it.
response shown(const model::report& r, const caller& who, int status = 200) {
  const bool whole =
      who.allowed(call::read_personal, r.unit) || who.allowed(call::read_personal, r.responsible);
  return response::json(status, wire::to_json(whole ? r : model::redacted(r)));
}

error no_such_report() {
  return {errc::not_found, "There is no report with this code.", {}};
}

/// Where tokens are needed, one that is for a certain citizen is for nobody else.
result<void> judge_citizen(const caller& who, const std::string& citizen) {
  if (who.anonymous_citizens || !who.token || is_official(who.token->role)) return {};
  if (who.token->subject.empty() || who.token->subject == citizen) return {};
  return error{errc::forbidden, "The token is for another citizen id.", "/citizen"};
}

/// The home and the entity of the report in the path.
struct target {
  path home;
  name entity;
};
result<target> target_of(const exchange& x) {
  auto entity = report::name_of(x.request.params[0]);
  if (!entity) return no_such_report();
  // Its home may have ceased to exist since; the report has not.
  auto home = entity->home();
  return target{std::move(home), *std::move(entity)};
}

/// The units that an action names are there; a report never goes to one that is not.
result<void> judge_units(const model::report_action& a, const model::unit_tree& tree) {
  const auto unknown = [](const path& unit, std::string pointer) {
    return error{errc::rule, fmt::format("There is no unit {} in the hierarchy.", unit.str()),
                 std::move(pointer)};
  };
  if (a.to && !tree.find(*a.to)) return unknown(*a.to, "/to");
  for (std::size_t i = 0; i < a.shared_with.size(); ++i)
    if (!tree.find(a.shared_with[i]))
      return unknown(a.shared_with[i], fmt::format("/shared_with/{}", i));
  return {};
}

} // namespace

void post_report(exchange x) {
  auto body = model::read_report_request(x.request.body, x.shared.options.report_categories);
  if (!body) return x.respond(response::problem(body.error()));
  if (auto citizen = citizen_name(body->citizen); !citizen)
    return x.respond(response::problem({errc::rule, citizen.error().detail, "/citizen"}));
  if (auto own = judge_citizen(x.request.who, body->citizen); !own)
    return x.respond(response::problem(own.error()));
  const auto home = unit_of_path(x.request);
  auto options = keyed(x.request, body->citizen);
  unit::submit_report command{*std::move(body), model::make_report_code(home, x.shared.random)};
  ask<unit::submitted>(std::move(x), unit_entity(home), wire::value::of(std::move(command)),
                       std::move(options), [](const unit::submitted& s) {
                         auto r = response::json(201, wire::to_json(s));
                         r.fields.emplace_back("Location", "/v1/reports/" + s.code);
                         return r;
                       });
}

void get_report(exchange x) {
  const auto to = target_of(x);
  const auto& who = x.request.who;
  if (!who.token && !who.anonymous_citizens) {
    const auto refused = who.check(call::read_report, path());
    return x.respond(response::problem(refused.error()));
  }
  if (!to) return x.respond(response::problem(to.error()));
  ask<model::report>(std::move(x), to->entity, wire::value::of(report::get_report{}), {},
                     [who](const model::report& r) {
                       auto allowed = who.check(call::read_report, r.unit);
                       if (!allowed && !who.allowed(call::read_report, r.responsible))
                         return response::problem(allowed.error());
                       return shown(r, who);
                     });
}

void post_report_action(exchange x) {
  const auto& who = x.request.who;
  auto action = model::read_report_action(x.request.body);
  if (!action) return x.respond(response::problem(action.error()));
  const auto right = right_for(action->action);
  const auto to = target_of(x);
  report::act command{*std::move(action), {}};
  if (right == call::rate_report) {
    if (auto allowed = who.check(right, to ? to->home : path()); !allowed)
      return x.respond(response::problem(allowed.error()));
  } else {
    // Which unit answers for it only the report knows, and it looks: here the role decides.
    if (auto allowed = who.check(right, who.token ? who.token->unit : path()); !allowed)
      return x.respond(response::problem(allowed.error()));
    command.by = {true, who.label(), who.token->unit};
  }
  if (!to) return x.respond(response::problem(to.error()));
  if (auto there = judge_units(command.action, *x.shared.tree); !there)
    return x.respond(response::problem(there.error()));
  auto options = keyed(x.request);
  const auto caller = who;
  ask<model::report>(std::move(x), to->entity, wire::value::of(std::move(command)),
                     std::move(options),
                     [caller](const model::report& r) { return shown(r, caller); });
}

} // namespace loa::http
