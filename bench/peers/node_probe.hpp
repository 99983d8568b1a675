#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <string>

namespace loa::bench {

/// Asks a node that runs already whether it is one, knows the hierarchy by its root and one of its
/// lowest units, and lets this token publish at the root. Publishes nothing. Waits some seconds at
/// most. Errors: a sentence that says which of it is not so, and what to do.
[[nodiscard]] result<void> probe_node(std::uint32_t host, std::uint16_t port,
                                      const std::string& address, const std::string& root,
                                      const std::string& lowest, const std::string& token);

/// Likewise: whether these tokens let somebody register devices there, and be one.
[[nodiscard]] result<void> probe_for_devices(std::uint32_t host, std::uint16_t port,
                                             const std::string& address, const std::string& unit,
                                             const std::string& token,
                                             const std::string& device_token);

} // namespace loa::bench
