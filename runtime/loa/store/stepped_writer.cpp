#include <loa/base/probe.hpp>
#include <loa/store/internal/group_commit.hpp>
#include <loa/store/internal/submission_queue.hpp>
#include <loa/store/internal/tenure_check.hpp>
#include <loa/store/writer.hpp>

namespace loa::store {

struct stepped_writer::parts {
  journal& to;
  group_limits limits;
  writer_metrics metrics;
  submission_queue queue;
  tenure_check tenure;
  std::uint64_t generation = 0;
  std::vector<submission> group;
  std::optional<result<void>> outcome; ///< Of the group, once it was tried.
};

stepped_writer::stepped_writer(journal& to, const writer_options& options, metric_registry* metrics)
    : parts_(new parts{to,
                       {options.max_group_transactions, options.max_group_bytes},
                       writer_metrics(metrics),
                       {options.max_queued, options.max_queued_bytes},
                       tenure_check(to),
                       0,
                       {},
                       {}}) {}

stepped_writer::~stepped_writer() = default;

void stepped_writer::submit(submission s) {
  auto outcome = admit(s, parts_->generation);
  if (outcome) outcome = parts_->tenure.push(s, parts_->queue);
  if (outcome) return;
  LOA_PROBE("writer: a submission is refused");
  parts_->metrics.refused();
  settle({&s, 1}, outcome);
}

std::uint64_t stepped_writer::generation() const noexcept {
  return parts_->generation;
}

bool stepped_writer::take() {
  if (parts_->group.empty()) parts_->group = parts_->queue.take(parts_->limits);
  return !parts_->group.empty();
}

void stepped_writer::commit() {
  if (parts_->group.empty() || parts_->outcome) return;
  parts_->outcome = commit_group(parts_->to, parts_->group);
  parts_->metrics.committed(parts_->group.size(), {}, parts_->outcome->has_value());
}

std::size_t stepped_writer::tell() {
  if (!parts_->outcome) return 0;
  const auto group = std::exchange(parts_->group, {});
  const auto outcome = *std::exchange(parts_->outcome, {});
  std::vector<submission> lost;
  if (!outcome) {
    ++parts_->generation;
    lost = parts_->queue.take_all();
    LOA_PROBE("writer: a group is not stored");
    if (!lost.empty()) LOA_PROBE("writer: what waits behind a failed group is void");
    parts_->tenure.forget();
  }
  parts_->metrics.queued(parts_->queue.size());
  settle(group, outcome);
  settle(lost, outcome);
  return group.size() + lost.size();
}

std::size_t stepped_writer::step() {
  take();
  commit();
  return tell();
}

std::size_t stepped_writer::run() {
  std::size_t settled = 0;
  while (const auto n = step()) settled += n;
  return settled;
}

std::size_t stepped_writer::queued() const noexcept {
  return parts_->queue.size();
}

void stepped_writer::abandon() {
  parts_->queue.clear();
  parts_->tenure.forget();
  parts_->group.clear();
  parts_->outcome.reset();
}

} // namespace loa::store
