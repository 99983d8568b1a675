#pragma once

#include <loa/store/internal/submission_queue.hpp>
#include <loa/store/tenure.hpp>

namespace loa::store {

/// What of a writer's submissions its journal takes: by what is in it, and by what was submitted
/// before and will be in it. One thread at a time; the journal outlives it.
class tenure_check {
public:
  explicit tenure_check(const journal& j) : journal_(j) {}

  /// Puts it into the queue, or says why not and leaves it alone.
  [[nodiscard]] result<void> push(submission& s, submission_queue& to);
  /// A commit has failed: what was submitted may be there or not.
  void forget() noexcept { known_.reset(); }

private:
  const journal& journal_;
  std::optional<tenure> known_;
};

} // namespace loa::store
