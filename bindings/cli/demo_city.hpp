#pragma once

#include <bindings/cli/demo_clients.hpp>
#include <bindings/cli/progress.hpp>
#include <bindings/node/signals.hpp>
#include <bindings/node/station.hpp>

#include <functional>
#include <string>
#include <vector>

namespace loa::cli {

struct demo_options {
  bool exit = false;
  std::uint64_t citizens = 100'000;
  std::uint64_t devices_per_commune = 12;
  std::string hierarchy; ///< Empty: the one of Ho Chi Minh City that comes with Loa.
  std::string data;      ///< Empty: a fresh directory that is removed at the end.
  std::string listen = "127.0.0.1:8135";
};

/// A node with a whole city in one process: every unit of a hierarchy, loudspeakers in every
/// commune, and citizens, all real entities; only the clients at their ends are made up.
class demo_city {
public:
  /// Starts the node and brings everybody in. `asked_to_stop` is looked at now and then.
  [[nodiscard]] static result<std::unique_ptr<demo_city>>
  build(const demo_options& options, const std::filesystem::path& data, progress& shown,
        log_sink& log, const std::function<bool()>& asked_to_stop);

  [[nodiscard]] host::station& station() { return *station_; }
  [[nodiscard]] const model::unit_tree& tree() const { return station_->tree(); }
  /// The units without children: where people live.
  [[nodiscard]] const std::vector<path>& communes() const { return communes_; }
  /// The units right below the root, or the root where it stands alone: the groups of `seen`.
  [[nodiscard]] const std::vector<path>& districts() const { return districts_; }
  [[nodiscard]] arrivals& seen() { return *seen_; }
  [[nodiscard]] std::uint64_t citizens() const { return citizens_; }
  [[nodiscard]] std::uint64_t devices() const { return devices_; }
  /// How much the resident memory grew while the citizens came in.
  [[nodiscard]] std::uint64_t memory_of_citizens() const { return memory_of_citizens_; }

  /// The id of a citizen, and the unit that he follows.
  [[nodiscard]] static std::string citizen_id(std::uint64_t number);
  [[nodiscard]] const path& commune_of(std::uint64_t citizen) const {
    return communes_[citizen % communes_.size()];
  }

private:
  demo_city() = default;
  void survey();
  result<void> install_loudspeakers(progress& shown);
  result<void> connect_loudspeakers(progress& shown);
  result<void> connect_citizens(progress& shown);
  result<void> wait_for_slots(progress& shown, const std::function<bool()>& asked_to_stop);
  [[nodiscard]] name loudspeaker(std::uint64_t number) const;

  std::vector<path> communes_;
  std::vector<path> districts_;
  std::uint64_t citizens_ = 0;
  std::uint64_t devices_ = 0;
  std::uint64_t per_commune_ = 0;
  std::uint64_t memory_of_citizens_ = 0;
  std::unique_ptr<arrivals> seen_;
  std::unique_ptr<demo_citizens> citizen_clients_;
  std::unique_ptr<demo_loudspeakers> loudspeaker_clients_;
  std::unique_ptr<host::station> station_; // last, so that it stops before its drivers go
};

} // namespace loa::cli
