#include <loa/store/internal/tenure_check.hpp>

namespace loa::store {

result<void> tenure_check::push(submission& s, submission_queue& to) {
  // Read with the first submission and after each failure: nothing of it is under way then.
  if (!known_) {
    auto read = tenure::read(journal_);
    if (!read) return read.error();
    known_ = *std::move(read);
  }
  if (s.whose)
    if (auto taken = known_->admits(*s.whose); !taken) return taken;
  const auto notes = s.whose ? transaction() : tenure::notes_in(s.changes);
  if (auto queued = to.push(s); !queued) return queued;
  known_->apply(notes);
  return {};
}

} // namespace loa::store
