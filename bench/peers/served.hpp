#pragma once

#include <bench/harness/server_process.hpp>
#include <bench/load/publishing.hpp>
#include <bench/peers/server.hpp>

#include <functional>

/// \file
/// What peers have in common that are programs of Debian's.
namespace loa::bench {

/// A running server of which the parts are given.
struct served_parts {
  std::uint16_t port = 0;
  server_process process;
  std::function<std::unique_ptr<subscriber_protocol>()> subscribers;
  /// Called with a number that no other connection has.
  std::function<std::unique_ptr<publisher_protocol>(std::size_t number)> publisher;
  /// Likewise, to the side topics.
  std::function<std::unique_ptr<publisher_protocol>(std::size_t number)> publisher_beside = {};
};
[[nodiscard]] std::unique_ptr<running_server> served(served_parts parts);

/// The first line of what `program option` prints; where there is no such program, which of
/// Debian's packages has it.
[[nodiscard]] result<std::string> version_of(const std::string& program, const std::string& option,
                                             const std::string& package);

/// Lets a protocol do on one connection what has to be done before anything is measured, until it
/// is ready.
[[nodiscard]] result<void> set_up(std::uint16_t port, const publishing::make_protocol& make,
                                  const conductor& c);

} // namespace loa::bench
