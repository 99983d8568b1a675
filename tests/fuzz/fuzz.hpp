#pragma once

#include <loa/base/bytes.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// One input, whatever it holds. It ends the program if a promise is broken. libFuzzer calls it, or
/// replay.cpp.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace loa::fuzz {

inline bytes_view input(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the program, naming what was promised, unless it holds.
inline void require(bool holds, const char* promised) {
  if (holds) return;
  std::fprintf(stderr, "This does not hold: %s\n", promised);
  std::abort();
}

} // namespace loa::fuzz
