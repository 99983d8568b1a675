#pragma once

#include <bench/harness/conductor.hpp>

#include <string>

namespace loa::bench {

/// A node that is killed and started again: how soon it serves, how soon a citizen who comes back
/// has the alert that he missed, and how soon all have it.
struct restart_options {
  std::string hierarchy;
  std::string alert;             ///< The text of a CAP alert.
  std::size_t names = 1'000'000; ///< Citizens whom the units know.
  std::size_t facts = 100'000;   ///< Reports received.
  std::size_t followers = 5'000; ///< Citizens who were connected and connect again.
};
/// Errors: more followers than files may be open, too little memory.
[[nodiscard]] result<void> check(const restart_options& o);
[[nodiscard]] result<void> measure(const restart_options& o, conductor& c, section& into);

} // namespace loa::bench
