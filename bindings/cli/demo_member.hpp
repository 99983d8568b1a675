#pragma once

#include <bindings/cli/demo_city.hpp>
#include <bindings/cli/streams.hpp>

#include <string>
#include <vector>

/// \file
/// One node of a demo that has many, as a process of its own. The process that tells the story
/// starts it, and both map the memory where clients note what they got.
namespace loa::cli {

struct member_options {
  std::string config;
  int memory = -1; ///< The inherited descriptor of the memory.
  demo_options demo;
};

/// The arguments with which a member is started.
[[nodiscard]] std::vector<std::string> member_arguments(const member_options& o);

/// Runs the node with its part of the clients until it is asked to stop. When everybody is in it
/// writes one line: "ready OCTETS", what the citizens took of its memory.
[[nodiscard]] int run_member(const member_options& o, streams& io);

} // namespace loa::cli
