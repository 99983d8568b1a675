#pragma once

#include <loa/base/log.hpp>
#include <loa/base/metrics.hpp>
#include <loa/node/runtime.hpp>
#include <loa/store/journal.hpp>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

namespace loa::host {

/// Looks after a running node once a second on a thread of its own: keeps the gauges that nobody
/// counts by themselves, and says in the log when room gets scarce and when there is enough again,
/// and once, after a restoration, how many followers start again.
///
/// Metrics: loa_entities_awake, loa_entities_waking, loa_commands_under_way,
/// loa_journal_used_bytes, loa_journal_capacity_bytes, loa_journal_file_bytes, loa_disk_free_bytes,
/// loa_room_is_scarce.
class upkeep {
public:
  /// All of it outlives this object.
  struct parts {
    const node::runtime& node;
    const store::journal& journal;
    std::filesystem::path data;
    metric_registry& metrics;
    log_sink& log;
  };
  explicit upkeep(parts p);
  /// Ends the thread.
  ~upkeep();
  upkeep(const upkeep&) = delete;
  upkeep& operator=(const upkeep&) = delete;

  /// Below this part of the journal's capacity, or of the disk, room is scarce.
  static constexpr double scarce = 0.1;

private:
  void run();
  void look();
  void tell_of_restoration();
  void judge_room(std::uint64_t used, std::uint64_t capacity, std::uint64_t disk_free,
                  std::uint64_t disk_size);

  parts parts_;
  gauge& awake_;
  gauge& waking_;
  gauge& under_way_;
  gauge& used_;
  gauge& capacity_;
  gauge& file_;
  gauge& disk_free_;
  gauge& scarce_;
  counter& restored_;
  std::uint64_t restored_seen_ = 0;
  std::uint64_t restored_told_ = 0;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool over_ = false;
  std::thread thread_;
};

} // namespace loa::host
