#pragma once

#include <bindings/cli/streams.hpp>

#include <string>
#include <vector>

namespace loa::cli {

/// Runs the program `loa` with these arguments, its own name not among them. Returns `done`,
/// `failed` or `wrong_usage`. Commands that serve (`node`, `demo`) return when a signal stops them.
[[nodiscard]] int run(const std::vector<std::string>& arguments, streams io);

} // namespace loa::cli
