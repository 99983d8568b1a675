#pragma once

#include "words.hpp"

#include <loa/base/random.hpp>

namespace loa::odd {

/// Sorts of values that a careless program writes.
enum class sort : std::uint8_t {
  empty_name,
  empty_path,
  nameless_color,
  no_number,
  infinite,
  long_text,
  too_long_text,
  broken_text,
  deep,
  odd_table,
  extreme_time,
};

/// A value with one oddity of that sort somewhere in it.
[[nodiscard]] oddment odd_value(sort s, seeded_random& dice);

} // namespace loa::odd
