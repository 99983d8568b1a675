#include <bindings/cli/demo_city.hpp>
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
constexpr std::uint64_t most_clients = 5'000'000;

error interrupted() {
  return {errc::unavailable, "Stopped on request.", {}};
}

} // namespace

std::string demo_city::citizen_id(std::uint64_t number) {
  return fmt::format("demo-{:07}", number);
}

name demo_city::loudspeaker(std::uint64_t number) const {
  return name::of("device", communes_[number / per_commune_],
                  fmt::format("spk-{:04}", number % per_commune_ + 1));
}

result<std::unique_ptr<demo_city>> demo_city::build(const demo_options& options,
                                                    const std::filesystem::path& data,
                                                    progress& shown, log_sink& log,
                                                    const std::function<bool()>& asked_to_stop) {
  host::config c;
  c.name = "demo";
  c.data = data;
  c.hierarchy = options.hierarchy;
  c.http.listen = options.listen;
  if (options.hierarchy.empty()) {
    auto found = find_example("hcmc/2021.json");
    if (!found) return found.error();
    c.hierarchy = *found;
  }

  auto tree = host::read_hierarchy(c.hierarchy);
  if (!tree) return tree.error();
  std::unique_ptr<demo_city> city(new demo_city);
  city->citizens_ = options.citizens;
  city->per_commune_ = options.devices_per_commune;
  for (const auto& u : (*tree)->all())
    if ((*tree)->children(u.unit).empty()) city->communes_.push_back(u.unit);
  for (const auto* d : (*tree)->children((*tree)->root().unit)) city->districts_.push_back(d->unit);
  if (city->districts_.empty()) city->districts_.push_back((*tree)->root().unit);
  city->devices_ = city->per_commune_ * city->communes_.size();
  if (city->citizens_ + city->devices_ > most_clients)
    return error{errc::too_large,
                 fmt::format("{} citizens and loudspeakers are more than the {} of one demo.",
                             city->citizens_ + city->devices_, most_clients),
                 {}};
  city->survey();

  shown.begin("Telling the units what they are", (*tree)->size());
  host::station_parts parts{.log = log};
  parts.citizens = city->citizen_clients_.get();
  parts.devices = city->loudspeaker_clients_.get();
  parts.progress = [&](std::uint64_t n, std::uint64_t) { shown.at(n); };
  auto opened = host::station::open(c, parts);
  if (!opened) return opened.error();
  city->station_ = *std::move(opened);
  city->loudspeaker_clients_->answer_to(&city->station_->node());
  shown.end();

  for (const auto step : {&demo_city::install_loudspeakers, &demo_city::connect_loudspeakers,
                          &demo_city::connect_citizens}) {
    if (asked_to_stop()) return interrupted();
    if (auto taken = (*city.*step)(shown); !taken) return taken.error();
  }
  if (auto ready = city->wait_for_slots(shown, asked_to_stop); !ready) return ready.error();
  return city;
}

/// Citizens are spread evenly over the communes and have the numbers from 0, loudspeakers follow.
void demo_city::survey() {
  seen_ = std::make_unique<arrivals>(citizens_ + devices_);
  citizen_clients_ = std::make_unique<demo_citizens>(*seen_);
  loudspeaker_clients_ = std::make_unique<demo_loudspeakers>(*seen_);
  std::vector<std::size_t> group(communes_.size());
  for (std::size_t i = 0; i < communes_.size(); ++i)
    for (std::size_t d = 0; d < districts_.size(); ++d)
      if (districts_[d].contains(communes_[i])) group[i] = d;
  for (std::uint64_t i = 0; i < citizens_; ++i) seen_->assign(i, group[i % communes_.size()]);
  for (std::uint64_t i = 0; i < devices_; ++i)
    seen_->assign(citizens_ + i, group[i / per_commune_]);
}

result<void> demo_city::install_loudspeakers(progress& shown) {
  shown.begin("Registering loudspeakers", devices_);
  host::ask_window window(station_->node(), under_way);
  for (std::uint64_t i = 0; i < devices_; ++i) {
    const auto who = loudspeaker(i);
    window.ask(name::of("unit", who.home()),
               wire::value::of(
                   unit::register_device{std::string(who.local()), device::device_kind::loudspeaker,
                                         fmt::format("Cụm loa số {}", i % per_commune_ + 1)}));
    shown.at(window.answered());
  }
  auto all = window.finish();
  shown.end();
  return all;
}

/// A loudspeaker learns what it is by a post of its unit, so the first ones may be too early.
result<void> demo_city::connect_loudspeakers(progress& shown) {
  shown.begin("Connecting loudspeakers", devices_);
  std::vector<std::uint64_t> waiting(devices_);
  for (std::uint64_t i = 0; i < devices_; ++i) waiting[i] = i;
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
      window.ask(loudspeaker(i),
                 wire::value::of(device::attach{host::in_process | (citizens_ + i)}),
                 [&, i](const result<wire::value>& r) {
                   if (r) return;
                   const std::lock_guard lock(mutex);
                   again.push_back(i);
                   last = r.error();
                 });
    if (auto sent = window.finish(); !sent) return sent;
    waiting = std::move(again);
    shown.at(devices_ - waiting.size());
    if (!waiting.empty()) std::this_thread::sleep_for(20ms);
  }
  shown.end();
  return {};
}

result<void> demo_city::connect_citizens(progress& shown) {
  shown.begin("Connecting citizens", citizens_);
  const auto before = resident_memory();
  host::ask_window window(station_->node(), under_way);
  for (std::uint64_t i = 0; i < citizens_; ++i) {
    const auto who = http::citizen_name(citizen_id(i));
    if (!who) return who.error();
    citizen::attach a;
    a.channel = host::in_process | i;
    a.units.push_back({commune_of(i), std::nullopt});
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
result<void> demo_city::wait_for_slots(progress& shown,
                                       const std::function<bool()>& asked_to_stop) {
  shown.begin("Waiting until everybody has a place", citizens_ + devices_);
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
    if (placed >= citizens_ + devices_) break;
    if (asked_to_stop()) return interrupted();
    if (std::chrono::steady_clock::now() > until)
      return error{errc::timeout,
                   fmt::format("Only {} of {} citizens and loudspeakers have a place.",
                               placed.load(), citizens_ + devices_),
                   {}};
    std::this_thread::sleep_for(50ms);
  }
  shown.end();
  return {};
}

} // namespace loa::cli
