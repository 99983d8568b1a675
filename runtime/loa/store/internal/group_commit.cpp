#include <loa/base/probe.hpp>
#include <loa/store/internal/group_commit.hpp>

namespace loa::store {

namespace {
metric_registry& pick(metric_registry* given, std::unique_ptr<metric_registry>& own) {
  if (given) return *given;
  own = std::make_unique<metric_registry>();
  return *own;
}
} // namespace

writer_metrics::writer_metrics(metric_registry* registry) {
  auto& r = pick(registry, own_);
  commits_ = &r.get_counter("loa_journal_commits_total", "Groups committed and synced.");
  errors_ = &r.get_counter("loa_journal_errors_total", "Groups that could not be committed.");
  refused_ = &r.get_counter("loa_journal_refused_total", "Submissions refused before the queue.");
  queued_ = &r.get_gauge("loa_journal_queued", "Submissions that wait for a commit.");
  seconds_ = &r.get_histogram("loa_journal_commit_seconds", "Duration of commits, sync included.");
  sizes_ = &r.get_histogram("loa_journal_group_size", "Transactions in a group.", {},
                            {1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096});
}

void writer_metrics::committed(std::size_t transactions, std::chrono::duration<double> took,
                               bool fine) noexcept {
  (fine ? commits_ : errors_)->add();
  seconds_->observe(took.count());
  sizes_->observe(static_cast<double>(transactions));
}

result<void> admit(const submission& s, std::uint64_t generation) {
  if (s.generation < generation) {
    LOA_PROBE("writer: a submission of a void generation");
    return error{errc::unavailable,
                 "A commit failed after this was decided; what it rests on may be lost.",
                 {}};
  }
  return check(s.changes);
}

result<void> commit_group(journal& to, std::span<const submission> group) {
  std::vector<const transaction*> all;
  all.reserve(group.size());
  for (const auto& s : group) all.push_back(&s.changes);
  auto outcome = to.commit(all);
  if (!outcome && outcome.error().code == errc::conflict) {
    // Most of the group have nothing to do with it, and all of them may come again.
    LOA_PROBE("writer: two facts for one place");
    return error{errc::unavailable,
                 "Two facts came for one place, and neither is kept: " + outcome.error().detail +
                     " Ask again.",
                 {}};
  }
  return outcome;
}

void settle(std::span<const submission> group, const result<void>& outcome) {
  for (const auto& s : group)
    if (s.done) s.done(outcome);
}

} // namespace loa::store
