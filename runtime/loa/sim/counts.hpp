#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// What simulations have reached: how often each limit was crossed and each probe was hit, of one
/// process or of many together. What was never reached was never tried.
namespace loa::sim {

struct limit_count {
  std::uint64_t usual = 0;
  std::uint64_t floor = 0;
  std::uint64_t crossed = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("usual", self.usual);
    f("floor", self.floor);
    f("crossed", self.crossed);
  }
};

/// By name. Probes that share a name are counted together.
struct counts {
  std::map<std::string, limit_count> limits;
  std::map<std::string, std::uint64_t> probes;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("limits", self.limits);
    f("probes", self.probes);
  }

  /// What another process has reached.
  counts& operator+=(const counts& other);
  /// Names of limits that were never crossed and of probes that were never hit.
  [[nodiscard]] std::vector<std::string> never() const;
};

/// Of this process since its start.
[[nodiscard]] counts counted_here();

/// Writes them to a file as JSON. An error names the file.
[[nodiscard]] result<void> write_counts(const std::string& file, const counts& what);
/// Reads what `write_counts` has written.
[[nodiscard]] result<counts> read_counts(const std::string& file);

} // namespace loa::sim
