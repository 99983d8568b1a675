#pragma once

#include <loa/store/writer.hpp>

#include <span>

namespace loa::store {

/// The figures that a writer keeps.
class writer_metrics {
public:
  /// Keeps them in a registry of its own if there is none.
  explicit writer_metrics(metric_registry* registry);

  void committed(std::size_t transactions, std::chrono::duration<double> took, bool fine) noexcept;
  void refused() noexcept { refused_->add(); }
  void queued(std::size_t n) noexcept { queued_->set(static_cast<std::int64_t>(n)); }

private:
  std::unique_ptr<metric_registry> own_;
  counter* commits_;
  counter* errors_;
  counter* refused_;
  gauge* queued_;
  histogram* seconds_;
  histogram* sizes_;
};

/// Whether a submission may be queued at all.
[[nodiscard]] result<void> admit(const submission& s, std::uint64_t generation);

/// Commits the changes of all.
[[nodiscard]] result<void> commit_group(journal& to, std::span<const submission> group);

/// Tells all of them.
void settle(std::span<const submission> group, const result<void>& outcome);

} // namespace loa::store
