#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace loa::net {

/// Where something listens.
struct endpoint {
  std::string host; ///< A name or an address, without brackets.
  std::uint16_t port = 0;

  bool operator==(const endpoint&) const = default;
};

/// Reads "HOST:PORT" or "[IPv6]:PORT".
[[nodiscard]] result<endpoint> parse_endpoint(std::string_view text);

/// Writes it so that it can be read again.
[[nodiscard]] std::string to_string(const endpoint& e);

} // namespace loa::net
