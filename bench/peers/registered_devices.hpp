#pragma once

#include <bench/load/devices.hpp>
#include <loa/base/result.hpp>

#include <functional>
#include <memory>

namespace loa::bench {

/// Devices of a node that are registered as long as this lives.
class registered_devices {
public:
  struct plan {
    std::uint32_t host = 0x7f000001;
    std::uint16_t port = 0;
    device_names names;
    std::size_t count = 0;
    std::string token; ///< An administrator's.
    /// They need not be removed: the node ends, and its data with it.
    bool node_ends = false;
    /// Hears which devices could not be removed.
    std::function<void(const std::string&)> say;
  };
  /// Registers them, several at a time. Errors: one was refused, or `stopped`; then those that were
  /// registered have been removed again.
  [[nodiscard]] static result<std::unique_ptr<registered_devices>>
  add(plan p, const std::function<bool()>& stopped);
  explicit registered_devices(plan p) : plan_(std::move(p)) {}
  registered_devices(const registered_devices&) = delete;
  registered_devices& operator=(const registered_devices&) = delete;
  /// Removes them, whoever wants an end meanwhile.
  ~registered_devices();

  [[nodiscard]] const device_names& names() const { return plan_.names; }

private:
  [[nodiscard]] result<void> call(device_registrar::work what,
                                  const std::function<bool()>& stopped) const;
  plan plan_;
};

} // namespace loa::bench
