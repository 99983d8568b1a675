#include <bench/scenario/filled_node.hpp>
#include <bindings/node/ask_window.hpp>
#include <bindings/node/split_driver.hpp>
#include <bindings/node/station.hpp>
#include <loa/protocol/citizen.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

/// Clients that take whatever comes.
class silent_clients final : public node::driver {
public:
  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t, const node::feed_entry_ptr&) override { return true; }
  void restarted(const name&) override {}
};

result<void> follow(node::runtime& at, const std::vector<path>& units, std::size_t citizens,
                    const std::function<bool()>& stopped) {
  host::ask_window asking(at, 16'384);
  for (std::size_t i = 0; i < citizens && !stopped(); ++i)
    asking.ask(name::of("citizen", *path::parse(fmt::format("c{}", i))),
               wire::value::of(citizen::attach{
                   host::in_process | i, {{units[i % units.size()], std::nullopt}}, false}));
  return asking.finish();
}

result<std::string> report(node::runtime& at, const std::vector<path>& units, std::size_t reports,
                           const std::function<bool()>& stopped) {
  host::ask_window asking(at, 4'096);
  std::string last;
  for (std::size_t i = 0; i < reports && !stopped(); ++i) {
    const auto& unit = units[i % units.size()];
    const auto code = model::make_report_code(unit, system_random());
    last = code;
    model::report_request r;
    r.citizen = fmt::format("c{}", i);
    r.category = "giao-thong";
    r.text = "Đường ngập sâu trước chợ, xe máy không đi qua được từ sáng nay.";
    asking.ask(name::of("unit", unit), wire::value::of(unit::submit_report{std::move(r), code}));
  }
  if (auto good = asking.finish(); !good) return good.error();
  return last;
}

} // namespace

result<std::string> fill_node(const host::config& config, std::size_t citizens, std::size_t reports,
                              const std::function<bool()>& stopped) {
  silent_clients clients;
  host::station_parts parts;
  parts.citizens = &clients;
  auto opened = host::station::open(config, std::move(parts));
  if (!opened) return opened.error();
  auto& station = **opened;
  std::vector<path> lowest;
  for (const auto& u : station.tree().all())
    if (station.tree().children(u.unit).empty() && station.node().find(u.unit).here)
      lowest.push_back(u.unit);
  if (auto good = follow(station.node(), lowest, citizens, stopped); !good) return good.error();
  auto code = report(station.node(), lowest, reports, stopped);
  if (!code) return code.error();
  if (stopped()) return error{errc::unavailable, "Stopped.", {}};
  if (!station.stop(std::chrono::seconds(60)))
    return error{errc::unavailable, "The node did not come to rest.", {}};
  return code;
}

} // namespace loa::bench
