#pragma once

#include <loa/sim/trace.hpp>
#include <loa/store/memory_journal.hpp>

namespace loa::sim {

/// The disk of a machine, with its journal. It outlives the processes that use it.
class disk {
public:
  explicit disk(std::uint64_t seed) : journal_(seed) {}

  [[nodiscard]] store::memory_journal& journal() noexcept { return journal_; }
  [[nodiscard]] const store::memory_journal& journal() const noexcept { return journal_; }

  /// Takes nothing more that makes it grow.
  void fill() { journal_.set_capacity(journal_.stats().used_bytes); }
  void make_room() { journal_.set_capacity(~std::uint64_t{0}); }
  /// The next commits fail, and nothing of them is there.
  void fail_next(std::size_t commits) { journal_.fail_next(errc::storage, commits); }

  /// How long a commit takes, sync included: between these two.
  micros least_sync{200};
  micros most_sync{2'000};

private:
  store::memory_journal journal_;
};

} // namespace loa::sim
