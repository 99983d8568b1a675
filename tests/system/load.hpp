#pragma once

#include "city.hpp"

#include <optional>

namespace loa::system_test {

/// A request, and what it was answered first.
struct exchange {
  call asked;
  std::string unit;
  std::optional<answer> answered;
};

/// Several clients that post bulletins, alerts, devices and reports until the node is gone; at the
/// `moment`th answer it gets the signal. Another `seed` makes other requests.
[[nodiscard]] std::vector<exchange> load_until(city& c, int signal, unsigned moment, unsigned seed);

/// Everything is there exactly once: repeats get the first answer, and lists and sums agree.
void all_is_there_once(city& c, std::vector<exchange>& all);

} // namespace loa::system_test
