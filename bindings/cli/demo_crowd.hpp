#pragma once

#include <bindings/cli/demo_clients.hpp>
#include <bindings/cli/demo_plan.hpp>
#include <bindings/cli/progress.hpp>
#include <bindings/node/station.hpp>

#include <functional>

namespace loa::cli {

/// The clients of a demo who live on one node: loudspeakers and citizens of the communes that the
/// node hosts, all real entities; only the clients at their ends are made up.
class demo_crowd {
public:
  /// The plan and what is seen outlive the crowd, and the crowd outlives the station.
  demo_crowd(const demo_plan& plan, arrivals& seen);

  [[nodiscard]] node::driver& citizens() { return citizen_clients_; }
  [[nodiscard]] node::driver& loudspeakers() { return loudspeaker_clients_; }

  /// Registers and connects everybody who lives here, and waits until each has a place.
  /// `asked_to_stop` is looked at now and then.
  [[nodiscard]] result<void> bring_in(host::station& station, progress& shown,
                                      const std::function<bool()>& asked_to_stop);

  /// How much the resident memory grew while the citizens came in.
  [[nodiscard]] std::uint64_t memory_of_citizens() const { return memory_of_citizens_; }

private:
  [[nodiscard]] result<void> install_loudspeakers(progress& shown);
  [[nodiscard]] result<void> connect_loudspeakers(progress& shown);
  [[nodiscard]] result<void> connect_citizens(progress& shown);
  [[nodiscard]] result<void> wait_for_slots(progress& shown,
                                            const std::function<bool()>& asked_to_stop);

  const demo_plan& plan_;
  demo_citizens citizen_clients_;
  demo_loudspeakers loudspeaker_clients_;
  host::station* station_ = nullptr;
  std::vector<path> communes_;          ///< That are here.
  std::vector<std::uint64_t> citizens_; ///< The numbers of who lives here.
  std::vector<std::uint64_t> speakers_;
  std::uint64_t memory_of_citizens_ = 0;
};

} // namespace loa::cli
