#pragma once

#include <bench/harness/conductor.hpp>

#include <string>
#include <vector>

namespace loa::bench {

/// Facts into a journal on disk by group commit, beside the same batches with LMDB itself, and
/// beside one commit for each fact.
struct journal_options {
  std::size_t facts = 200'000;
  std::size_t octets = 400;      ///< Of a fact.
  std::size_t entities = 1'000;  ///< That they belong to, in turn.
  std::size_t in_flight = 4'096; ///< Submissions that wait for their commit at a time.
  std::size_t single = 1'000;    ///< Facts where each has a commit of its own.
  double rate = 20'000;          ///< Facts a second, where latencies are measured...
  double seconds = 1;            ///< ... for so long.
};
[[nodiscard]] result<void> check(const journal_options& o);
[[nodiscard]] result<void> measure(const journal_options& o, conductor& c, section& into);

} // namespace loa::bench
