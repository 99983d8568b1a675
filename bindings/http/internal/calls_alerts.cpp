#include <bindings/http/internal/calls.hpp>
#include <loa/model/cap_bulletin.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

namespace loa::http {

namespace {

/// An alert on its way to its unit.
struct posted_alert {
  responder respond;
  std::string reference; ///< "SENDER,IDENTIFIER,SENT"
  unit::accepted answer; ///< Where it is accepted already; without the position.
  wire::octets document;
  bool own_key; ///< The client sent one.
};

error taken(const posted_alert& a, std::string_view how) {
  return {errc::conflict,
          fmt::format("The alert \"{}\" was accepted before {}; send this one with an identifier "
                      "of its own, or as an Update.",
                      a.reference, how),
          "alert/identifier"};
}

constexpr std::string_view other_content = "with other content";

/// The unit has an alert of this name that came under another key.
void compare_with_known(backend& node, posted_alert a) {
  const auto unit = unit_entity(a.answer.unit);
  auto command = wire::value::of(unit::get_bulletin{a.answer.id});
  node.ask(unit, std::move(command), [a = std::move(a)](const result<wire::value>& reply) {
    const auto* known = reply ? reply->get<unit::bulletin_reply>() : nullptr;
    if (!known) return a.respond(response::problem(taken(a, "and is over")));
    if (known->bulletin.cap_xml != a.document)
      return a.respond(response::problem(taken(a, other_content)));
    auto again = a.answer;
    again.position = known->position;
    a.respond(response::json(202, wire::to_json(again)));
  });
}

void refuse(backend& node, const posted_alert& a, const error& why) {
  if (why.code == errc::conflict) {
    if (why.pointer == "/id") return compare_with_known(node, a);
    if (why.pointer == "/identifier" || (why.pointer.empty() && !a.own_key))
      return a.respond(response::problem(taken(a, other_content)));
  }
  a.respond(response::problem(model::cap::as_alert_error(why)));
}

} // namespace

void post_alert(exchange x) {
  std::vector<std::string> warnings;
  auto alert = model::cap::read(x.request.body, nullptr, &warnings);
  if (!alert) return x.respond(response::problem(alert.error()));
  const auto unit = unit_of_path(x.request);
  auto made = model::cap::to_bulletin(*alert, x.request.body, unit, x.request.who.label(),
                                      x.shared.time.now(), *x.shared.tree, x.shared.options.alerts);
  if (!made) return x.respond(response::problem(made.error()));
  std::ranges::move(made->warnings, std::back_inserter(warnings));
  auto& bulletin = made->bulletin;
  posted_alert a{x.respond,
                 to_string(model::cap::reference_of(*alert)),
                 {bulletin.id, unit, 0, std::move(warnings)},
                 bulletin.cap_xml,
                 !x.request.idempotency_key.empty()};
  // Sender, identifier and sent name an alert for good: whoever sends it again gets the same
  // answer.
  auto options = a.own_key ? keyed(x.request)
                           : node::ask_options{"alert\n" + a.reference, digest(x.request.body)};
  options.urgency = store::urgency::emergency;
  auto& node = *x.shared.node;
  node.ask(
      unit_entity(unit), wire::value::of(unit::publish_bulletin{std::move(bulletin)}),
      [a = std::move(a), &node](const result<wire::value>& reply) {
        if (!reply) return refuse(node, a, reply.error());
        const auto* accepted = reply->get<unit::accepted>();
        if (!accepted) return a.respond(response::problem(unexpected_answer()));
        auto answer = *accepted;
        answer.warnings.insert(answer.warnings.end(), a.answer.warnings.begin(),
                               a.answer.warnings.end());
        a.respond(response::json(202, wire::to_json(answer)));
      },
      std::move(options));
}

void get_alert(exchange x) {
  const auto unit = unit_of_path(x.request);
  const auto id = x.request.params[1];
  const error unknown{errc::not_found, "There is no alert in force with this id here.", {}};
  // Only the unit that published it has the document; it may be this one or one above.
  const auto origin = model::unit_of(id);
  if (!origin || !origin->contains(unit) || !x.shared.tree->find(*origin))
    return x.respond(response::problem(unknown));
  auto& shared = x.shared;
  ask<unit::bulletin_reply>(
      std::move(x), unit_entity(*origin), wire::value::of(unit::get_bulletin{id}), {},
      [unit, unknown, &shared](const unit::bulletin_reply& r) {
        if (!r.bulletin.concerns(unit)) return response::problem(unknown);
        return response{200,
                        "application/cap+xml; charset=utf-8",
                        model::cap::to_xml(r.bulletin, *shared.tree, shared.options.alert_sender),
                        {},
                        false};
      });
}

} // namespace loa::http
