#include <bench/load/publishing.hpp>
#include <bench/peers/registered_devices.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
constexpr std::size_t lines = 8;
constexpr std::size_t batch = 256;
constexpr std::size_t in_flight = 64; // durable, so many wait for one commit
constexpr auto patience = 60s;

} // namespace

result<std::unique_ptr<registered_devices>>
registered_devices::add(plan p, const std::function<bool()>& stopped) {
  auto out = std::make_unique<registered_devices>(std::move(p));
  if (auto good = out->call(device_registrar::work::add, stopped); !good) return good.error();
  return out;
}

registered_devices::~registered_devices() {
  if (plan_.node_ends) return;
  const auto gone = call(device_registrar::work::remove, [] { return false; });
  if (gone || !plan_.say) return;
  plan_.say(fmt::format("Devices called {}0 to {}{} may be left at the node: {} Remove them with "
                        "loa device remove.",
                        plan_.names.prefix, plan_.names.prefix, plan_.count - 1,
                        gone.error().detail));
}

result<void> registered_devices::call(device_registrar::work what,
                                      const std::function<bool()>& stopped) const {
  auto source = publishing::open(
      plan_.host, plan_.port, lines,
      [&] { return std::make_unique<device_registrar>(plan_.names, plan_.token, what); }, 20s);
  if (!source) return source.error();
  // Batch by batch, so that nothing is under way when somebody wants an end.
  for (std::size_t first = 0; first < plan_.count; first += batch) {
    if (stopped()) return error{errc::unavailable, "Stopped while registering devices.", {}};
    publishing::plan row;
    row.first = first;
    row.messages = std::min(batch, plan_.count - first);
    row.in_flight = in_flight;
    row.begin = publishing::steady::now();
    row.end = row.begin + patience;
    (*source)->begin(row);
    (*source)->finish(0s);
    if ((*source)->answered() == row.messages) continue;
    const auto& why = (*source)->first_failure();
    return error{errc::unavailable,
                 why.empty() ? "The node did not answer for a device in time."
                             : "The node refuses a device: " + why,
                 {}};
  }
  return {};
}

} // namespace loa::bench
