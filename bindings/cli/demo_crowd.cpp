#include <bindings/cli/demo_crowd.hpp>
#include <bindings/cli/demo_files.hpp>
#include <bindings/http/citizen_id.hpp>
#include <bindings/node/ask_window.hpp>
#include <loa/protocol/citizen.hpp>
#include <loa/protocol/device.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

#include <atomic>
#include <mutex>
#include <thread>

namespace loa::cli {

using namespace std::chrono_literals;

namespace {

constexpr std::size_t under_way = 4'096;
constexpr auto patience = 60s;

error interrupted() {
  return {errc::unavailable, "Stopped on request.", {}};
}

} // namespace

demo_crowd::demo_crowd(const demo_plan& plan, arrivals& seen)
    : plan_(plan),
      citizen_clients_(seen),
      loudspeaker_clients_(seen) {}

result<void> demo_crowd::bring_in(host::station& station, progress& shown,
                                  const std::function<bool()>& asked_to_stop) {
  station_ = &station;
  const auto here = [&](const path& commune) { return station.node().find(commune).here; };
  for (const auto& c : plan_.communes())
    if (here(c)) communes_.push_back(c);
  for (std::uint64_t i = 0; i < plan_.citizens(); ++i)
    if (here(plan_.home_of_citizen(i))) citizens_.push_back(i);
  for (std::uint64_t i = 0; i < plan_.loudspeakers(); ++i)
    if (here(plan_.home_of_loudspeaker(i))) speakers_.push_back(i);
  loudspeaker_clients_.answer_to(&station.node());
  for (const auto step : {&demo_crowd::install_loudspeakers, &demo_crowd::connect_loudspeakers,
                          &demo_crowd::connect_citizens}) {
    if (asked_to_stop()) return interrupted();
    if (auto taken = (this->*step)(shown); !taken) return taken.error();
  }
  return wait_for_slots(shown, asked_to_stop);
}

result<void> demo_crowd::install_loudspeakers(progress& shown) {
  shown.begin("Registering loudspeakers", speakers_.size());
  host::ask_window window(station_->node(), under_way);
  for (const auto i : speakers_) {
    const auto who = plan_.loudspeaker(i);
    window.ask(name::of("unit", who.home()),
               wire::value::of(unit::register_device{std::string(who.local()),
                                                     device::device_kind::loudspeaker,
                                                     plan_.title_of_loudspeaker(i)}));
    shown.at(window.answered());
  }
  auto all = window.finish();
  shown.end();
  return all;
}

/// A loudspeaker learns what it is by a post of its unit, so the first ones may be too early.
result<void> demo_crowd::connect_loudspeakers(progress& shown) {
  shown.begin("Connecting loudspeakers", speakers_.size());
  auto waiting = speakers_;
  std::optional<error> last;
  for (const auto until = std::chrono::steady_clock::now() + patience; !waiting.empty();) {
    if (std::chrono::steady_clock::now() > until)
      return error{errc::timeout,
                   fmt::format("{} loudspeakers could not be connected; the last one said: {}",
                               waiting.size(), last->to_string()),
                   {}};
    std::mutex mutex;
    std::vector<std::uint64_t> again;
    host::ask_window window(station_->node(), under_way);
    for (const auto i : waiting)
      window.ask(plan_.loudspeaker(i),
                 wire::value::of(device::attach{host::in_process | (plan_.citizens() + i)}),
                 [&, i](const result<wire::value>& r) {
                   if (r) return;
                   const std::lock_guard lock(mutex);
                   again.push_back(i);
                   last = r.error();
                 });
    if (auto sent = window.finish(); !sent) return sent;
    waiting = std::move(again);
    shown.at(speakers_.size() - waiting.size());
    if (!waiting.empty()) std::this_thread::sleep_for(20ms);
  }
  shown.end();
  return {};
}

result<void> demo_crowd::connect_citizens(progress& shown) {
  shown.begin("Connecting citizens", citizens_.size());
  const auto before = resident_memory();
  host::ask_window window(station_->node(), under_way);
  for (const auto i : citizens_) {
    const auto who = http::citizen_name(demo_plan::citizen_id(i));
    if (!who) return who.error();
    citizen::attach a;
    a.channel = host::in_process | i;
    a.units.push_back({plan_.home_of_citizen(i), std::nullopt});
    a.acknowledges = false;
    window.ask(*who, wire::value::of(std::move(a)));
    shown.at(window.answered());
  }
  auto all = window.finish();
  shown.end();
  const auto after = resident_memory();
  memory_of_citizens_ = after > before ? after - before : 0;
  return all;
}

/// Only who has a slot is meant by an alert, so nothing is published before all have theirs.
result<void> demo_crowd::wait_for_slots(progress& shown,
                                        const std::function<bool()>& asked_to_stop) {
  const auto everybody = citizens_.size() + speakers_.size();
  shown.begin("Waiting until everybody has a place", everybody);
  std::atomic<std::uint64_t> placed{0};
  for (const auto until = std::chrono::steady_clock::now() + patience;;) {
    placed = 0;
    host::ask_window window(station_->node(), under_way);
    for (const auto& commune : communes_)
      window.ask(name::of("unit", commune), wire::value::of(unit::get_unit{}),
                 [&](const result<wire::value>& r) {
                   if (!r) return;
                   if (const auto* s = r->get<unit::unit_status>())
                     placed += s->citizens.count + s->loudspeakers.count;
                 });
    if (auto asked = window.finish(); !asked) return asked;
    shown.at(placed);
    if (placed >= everybody) break;
    if (asked_to_stop()) return interrupted();
    if (std::chrono::steady_clock::now() > until)
      return error{errc::timeout,
                   fmt::format("Only {} of {} citizens and loudspeakers have a place.",
                               placed.load(), everybody),
                   {}};
    std::this_thread::sleep_for(50ms);
  }
  shown.end();
  return {};
}

} // namespace loa::cli
