#pragma once

#include <bindings/node/config.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/node/runtime.hpp>

#include <memory>

namespace loa::host {

/// Where the journal lies in a data directory.
inline constexpr std::string_view journal_directory = "journal";

/// What a program lends a station; all of it outlives the station.
struct station_parts {
  log_sink& log = no_log();
  /// The wall clock. The station follows its jumps with care, see `guarded_clock`.
  const clock& time = system_clock();
  random_source& random = system_random();
  /// Clients in this process: channels with the bit `in_process` go to these drivers, all others to
  /// the gateway. Null: there are none.
  node::driver* citizens = nullptr;
  node::driver* devices = nullptr;
  work_progress progress; ///< Of the units that are told what they are.
};

/// A whole node in this process: journal, entities and gateway, put together from a config.
class station {
public:
  /// Starts the node and returns when it serves. Refused with a sentence that says what and where:
  /// a hierarchy that is wrong, a journal that another node has open, that is damaged or of a later
  /// format, a certificate that cannot be used, an address that is taken. Nothing runs then.
  [[nodiscard]] static result<std::unique_ptr<station>> open(const config& c, station_parts parts);
  /// Stops.
  ~station();
  station(const station&) = delete;
  station& operator=(const station&) = delete;

  [[nodiscard]] node::runtime& node();
  [[nodiscard]] const model::unit_tree& tree() const;
  [[nodiscard]] metric_registry& metrics();
  /// The address that the gateway listens on, its port as the system chose it.
  [[nodiscard]] endpoint listening() const;

  /// Reads the certificate and its key again. If they cannot be used those before stay.
  [[nodiscard]] result<void> reload();

  /// Takes nothing new, answers what is under way, closes the streams and stores everything. True
  /// if nothing was left undone within the time; the journal holds all that was answered either
  /// way.
  bool stop(duration patience = std::chrono::seconds(10));

private:
  class impl;
  explicit station(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace loa::host
