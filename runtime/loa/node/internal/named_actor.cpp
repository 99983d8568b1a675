#include <loa/node/internal/fan_out.hpp>
#include <loa/node/internal/named_actor.hpp>

#include <caf/send.hpp>

#include <exception>

namespace loa::node {

named_actor::named_actor(node_core& core, loa::name self)
    : receiver(*core.system),
      core_(core),
      self_(std::make_shared<const loa::name>(std::move(self))) {}

void named_actor::read(envelope& e) {
  try {
    if (e.what() == envelope::content::entry) return on_entry(entry_in(e));
    auto& l = static_cast<letter_envelope&>(e).inside;
    if (std::holds_alternative<crash_letter>(l)) throw std::runtime_error("killed on request");
    on_letter(l);
  } catch (const std::exception& x) {
    crash(x.what());
  } catch (...) {
    crash("an exception that is no std::exception");
  }
}

void named_actor::leave() {
  core_.names.gone(*self_, this);
  end();
}

void named_actor::crash(std::string why) {
  const auto what = at_work();
  before_crash();
  const auto times = core_.crashes.add(*self_, what);
  core_.parts.log.write(
      log_level::error, "entity", "An entity crashed.",
      {{"name", self_->str()}, {"doing", what}, {"times", std::to_string(times)}, {"reason", why}});
  // Out of the name table first, so that the restart finds the name free.
  leave();
  caf::anon_send(core_.homes, crash_report{*self_, std::move(why)});
  after_crash();
}

void named_actor::send_after(duration delay, letter l) {
  core_.delayed.add(this, delay, std::move(l));
}

} // namespace loa::node
