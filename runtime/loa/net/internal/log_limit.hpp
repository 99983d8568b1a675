#pragma once

#include <loa/base/time.hpp>

#include <map>
#include <string>
#include <string_view>

namespace loa::net {

/// Which of many lines about strangers are worth a log: one per address and minute, and no more
/// addresses than may be remembered.
class log_limit {
public:
  static constexpr duration pause = std::chrono::minutes(1);
  static constexpr std::size_t most_addresses = 256;

  /// True if a line about this address may be written now, which counts as written. `now` is of a
  /// monotonic clock.
  [[nodiscard]] bool allows(std::string_view address, instant now);
  /// How many were left out since this was asked before.
  [[nodiscard]] std::uint64_t take_left_out() noexcept;

private:
  std::map<std::string, instant, std::less<>> last_;
  std::uint64_t left_out_ = 0;
};

} // namespace loa::net
