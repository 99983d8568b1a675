#pragma once

#include <loa/base/time.hpp>

#include <cstdint>

/// \file
/// Durations and sizes as people write them in a config and on a command line.
namespace loa::host {

/// Reads a whole number with its unit: "500 ms", "10 s", "5 min", "24 h", "30 d". The blank may be
/// left out; nothing is negative and nothing is longer than 100 years.
[[nodiscard]] result<duration> parse_span(std::string_view text);

/// The same form with the largest unit that divides it.
[[nodiscard]] std::string format_span(duration d);

/// Reads a number of octets: "512 B", "64 KiB", "8 MiB", "64 GiB", "1 TiB".
[[nodiscard]] result<std::uint64_t> parse_size(std::string_view text);

/// For people: "17.4 MB" in powers of ten, three digits that count.
[[nodiscard]] std::string format_size(std::uint64_t octets);

} // namespace loa::host
