#include <loa/node/internal/entity_actor.hpp>

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <exception>

namespace loa::node {

namespace {

// An actor without a behavior counts as finished. This one is shared and never matches: all
// messages are taken in `consume`.
const caf::behavior& placeholder() {
  static const caf::behavior never{[](caf::unit_t) {}};
  return never;
}

} // namespace

entity_actor::entity_actor(caf::actor_config& config, node_core& core, loa::name self,
                           const served_kind& kind)
    : caf::event_based_actor(config),
      core_(core),
      kind_(kind),
      self_(std::make_shared<const loa::name>(std::move(self))),
      entity_(kind.make()) {}

caf::behavior entity_actor::make_behavior() {
  return placeholder();
}

caf::invoke_message_result entity_actor::consume(caf::mailbox_element& x) {
  auto& content = x.content();
  if (content.size() != 1) return caf::event_based_actor::consume(x);
  try {
    if (content.match_element<entry_mail>(0)) {
      on_entry(content.get_as<entry_mail>(0).entry);
    } else if (content.match_element<mail>(0)) {
      auto& l = *content.get_as<mail>(0).content;
      if (std::holds_alternative<crash_letter>(l)) throw std::runtime_error("killed on request");
      on_letter(l);
    } else {
      return caf::event_based_actor::consume(x);
    }
  } catch (const std::exception& e) {
    crash(e.what());
  } catch (...) {
    crash("an exception that is no std::exception");
  }
  return caf::invoke_message_result::consumed;
}

void entity_actor::on_exit() {
  core_.names.gone(*self_, ctrl());
}

void entity_actor::leave() {
  quit(caf::exit_reason::normal);
}

void entity_actor::crash(std::string why) {
  const auto what = at_work();
  before_crash();
  const auto times = core_.crashes.add(*self_, what);
  core_.parts.log.write(
      log_level::error, "entity", "An entity crashed.",
      {{"name", self_->str()}, {"doing", what}, {"times", std::to_string(times)}, {"reason", why}});
  // Out of the name table first, so that the restart finds the name free.
  core_.names.gone(*self_, ctrl());
  caf::anon_send(core_.homes, crash_report{*self_, std::move(why)});
  entity_.reset();
  quit(caf::exit_reason::unhandled_exception);
}

void entity_actor::send_after(duration delay, letter l) {
  caf::delayed_anon_send(caf::actor_cast<caf::actor>(ctrl()), delay,
                         mail{std::make_shared<letter>(std::move(l))});
}

} // namespace loa::node
