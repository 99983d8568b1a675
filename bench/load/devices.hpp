#pragma once

#include <bench/load/protocol.hpp>

#include <string>
#include <vector>

namespace loa::bench {

/// Loudspeakers of a Loa node: device n is called prefix + n and belongs to `units[n %
/// units.size()]`.
struct device_names {
  std::string prefix;
  std::vector<std::string> units;
  [[nodiscard]] const std::string& unit(std::size_t n) const { return units[n % units.size()]; }
  [[nodiscard]] std::string id(std::size_t n) const { return prefix + std::to_string(n); }
};

/// Their boxes, each on a stream of its own. A box says at once that it has what it is told to
/// play, and that it has played it: a loudspeaker gets the next alert only when the one before is
/// over, and here no sound takes time.
class devices final : public subscriber_protocol {
public:
  devices(device_names names, std::string token)
      : names_(std::move(names)),
        token_(std::move(token)) {}
  [[nodiscard]] std::string hello(std::size_t n) const override;
  std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const override;

private:
  device_names names_;
  std::string token_; ///< A device's, for all units.
};

/// Registers devices or removes them, each by the number at the end of what it is to publish.
class device_registrar final : public publisher_protocol {
public:
  enum class work { add, remove };
  device_registrar(device_names names, std::string token, work what)
      : names_(std::move(names)),
        token_(std::move(token)),
        what_(what) {}
  [[nodiscard]] std::string publish(const std::string& identifier) override;
  /// To remove what is not there is done as well.
  std::size_t take(std::string_view in, publisher_events& to) override;

private:
  device_names names_;
  std::string token_; ///< An administrator's.
  work what_;
};

} // namespace loa::bench
