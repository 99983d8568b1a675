#pragma once

#include <bench/harness/talking_process.hpp>
#include <loa/model/unit_tree.hpp>

#include <filesystem>

namespace loa::bench {

/// The version of Erlang/OTP here, or what to install.
[[nodiscard]] result<std::string> erlang_version();

/// Starts the tree as plain Erlang processes, one for each unit and session, which keep nothing and
/// pass on what they get. The program is written to `where` and compiled there. It says
/// "empty OCTETS" when it is there, "ready" when all processes are, and answers "alerts N RATE"
/// with what a cascade_outcome has of it.
[[nodiscard]] result<talking_process>
start_erlang_city(const std::filesystem::path& where, const model::unit_tree& tree,
                  std::size_t sessions, std::size_t message_octets, std::function<bool()> stopped);

} // namespace loa::bench
