#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/metrics.hpp>
#include <loa/base/name.hpp>
#include <loa/store/journal.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>

namespace loa::store {

/// Emergencies are committed before anything ordinary that waits.
enum class urgency : std::uint8_t { ordinary, emergency };

/// What somebody wants committed.
struct submission {
  urgency lane = urgency::ordinary;
  /// Among equal numbers the order of submission is the order on disk, whatever the lanes.
  std::uint64_t entity = 0;
  /// The writer's generation when the oldest fact that this rests on, and that was not yet
  /// committed, was decided; the current one if it rests on committed facts only.
  std::uint64_t generation = 0;
  transaction changes;
  /// Called exactly once, see `writer::submit`. Must not throw and not block; may submit.
  std::function<void(const result<void>&)> done;
  /// The entity whose facts these are, if they are any's; looked at before `submit` returns. What
  /// the node does with its journal, as when it copies or erases units, has none.
  const name* whose = nullptr;
};

/// Commits submissions of many in groups, one sync for each group.
///
/// Generations. Entities decide on facts that are not committed yet, so when a commit fails,
/// everything decided meanwhile may rest on facts that are lost. Therefore a failed commit makes
/// the generation grow, and the whole group and everything queued gets the error; a submission of
/// an older generation is refused with `unavailable` and not written. Who gets an error drops what
/// was not committed, reloads, and goes on in the new generation. So nothing that depends on a lost
/// fact is ever written.
class writer {
public:
  writer() = default;
  writer(const writer&) = delete;
  writer& operator=(const writer&) = delete;
  virtual ~writer() = default;

  /// Hands over a submission. Any thread.
  ///
  /// Accepted ones get `done` on the writer's thread after the sync, in the order of submission
  /// among those of one entity. What is refused gets it at once, on this thread, before this
  /// returns, and was never queued: nothing may rest on its facts. Reasons: `too_many` (the lane is
  /// full), `unavailable` (an older generation, the writer has stopped, or the journal
  /// says that the entity's unit was released, see `tenure`), `too_large` and `malformed` (see
  /// `check`).
  virtual void submit(submission s) = 0;

  /// Grows with every failed commit; begins with 0. Any thread.
  [[nodiscard]] virtual std::uint64_t generation() const noexcept = 0;
};

/// What goes into one group; at least one submission does.
inline limit max_group_transactions{"store.group_transactions", 4'096, 1};
inline limit max_group_bytes{"store.group_bytes", std::uint64_t{8} << 20, 1};
/// Submissions that wait in one lane; what goes beyond is refused with too_many.
inline limit max_queued_submissions{"store.queued", std::uint64_t{1} << 17, 16};
/// And their bytes; a lane that is empty takes any.
inline limit max_queued_bytes{"store.queued_bytes", std::uint64_t{256} << 20, 4'096};

struct writer_options {
  /// The most that goes into one group.
  std::size_t max_group_transactions = store::max_group_transactions;
  std::size_t max_group_bytes = store::max_group_bytes;
  /// The most that waits, for each of the two lanes.
  std::size_t max_queued = store::max_queued_submissions;
  std::size_t max_queued_bytes = store::max_queued_bytes;
  /// Groups are made smaller, down to a sixteenth of the above, while commits take longer than this
  /// and smaller ones would be quicker.
  std::chrono::microseconds commit_goal{2000};
};

/// A writer with a thread of its own.
///
/// Metrics: loa_journal_commits_total, loa_journal_commit_seconds, loa_journal_group_size,
/// loa_journal_errors_total, loa_journal_refused_total, loa_journal_queued.
class threaded_writer final : public writer {
public:
  /// The journal outlives the writer, and so does the registry if there is one.
  explicit threaded_writer(journal& to, const writer_options& options = {},
                           metric_registry* metrics = nullptr);
  /// Stops.
  ~threaded_writer() override;

  void submit(submission s) override;
  [[nodiscard]] std::uint64_t generation() const noexcept override;

  /// Commits what is queued, then ends the thread; later submissions are refused. Not from `done`.
  void stop();

private:
  class worker;
  std::unique_ptr<worker> worker_;
};

/// A writer for simulation and tests: nothing happens until it is told to. One thread.
class stepped_writer final : public writer {
public:
  explicit stepped_writer(journal& to, const writer_options& options = {},
                          metric_registry* metrics = nullptr);
  ~stepped_writer() override;

  void submit(submission s) override;
  [[nodiscard]] std::uint64_t generation() const noexcept override;

  /// Commits one group and calls its `done`s; the number of submissions that are settled, 0 if
  /// nothing waited.
  std::size_t step();

  // The parts of a step, for those who let each take its time.
  /// Takes the next group out of the queue, unless one is taken already; false if there is none.
  bool take();
  /// Commits what was taken. Readers of the journal see it from here on.
  void commit();
  /// Calls the `done`s of what was committed; how many.
  std::size_t tell();

  /// Steps until nothing waits; what `done` submits is included.
  std::size_t run();
  /// What waits and is not taken yet.
  [[nodiscard]] std::size_t queued() const noexcept;
  /// Forgets what waits or is taken without calling `done`, as a crash does.
  void abandon();

private:
  struct parts;
  std::unique_ptr<parts> parts_;
};

} // namespace loa::store
