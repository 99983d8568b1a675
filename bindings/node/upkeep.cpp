#include <bindings/node/units_of_measure.hpp>
#include <bindings/node/upkeep.hpp>

#include <string>
#include <system_error>

namespace loa::host {

upkeep::upkeep(parts p)
    : parts_(std::move(p)),
      awake_(parts_.metrics.get_gauge("loa_entities_awake", "Entities awake.")),
      waking_(
          parts_.metrics.get_gauge("loa_entities_waking", "Entities loading or waiting to load.")),
      under_way_(parts_.metrics.get_gauge("loa_commands_under_way",
                                          "Commands from outside that wait for their answer.")),
      used_(parts_.metrics.get_gauge("loa_journal_used_bytes", "What the journal's entries take.")),
      capacity_(parts_.metrics.get_gauge("loa_journal_capacity_bytes",
                                         "Where that may grow to before commits are refused.")),
      file_(parts_.metrics.get_gauge("loa_journal_file_bytes", "Size of the journal's file.")),
      disk_free_(
          parts_.metrics.get_gauge("loa_disk_free_bytes", "Room left on the journal's disk.")),
      scarce_(parts_.metrics.get_gauge("loa_room_is_scarce",
                                       "1 while less than a tenth of journal or disk is free.")),
      restored_(parts_.metrics.get_counter(
          "loa_feed_restored_total", "Followers who start again on a feed that was restored.")),
      thread_([this] { run(); }) {}

upkeep::~upkeep() {
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ending_.notify_all();
  thread_.join();
}

void upkeep::run() {
  std::unique_lock lock(mutex_);
  do look();
  while (!ending_.wait_for(lock, std::chrono::seconds(1), [&] { return over_; }));
}

void upkeep::look() {
  tell_of_restoration();
  const auto set = [](gauge& g, std::uint64_t n) { g.set(static_cast<std::int64_t>(n)); };
  const auto node = parts_.node.read_figures();
  set(awake_, node.awake);
  set(waking_, node.waking);
  set(under_way_, node.asks);
  const auto journal = parts_.journal.stats();
  set(used_, journal.used_bytes);
  set(capacity_, journal.capacity_bytes);
  set(file_, journal.file_bytes);
  std::error_code failed;
  const auto disk = std::filesystem::space(parts_.data, failed);
  if (failed) return;
  set(disk_free_, disk.available);
  judge_room(journal.used_bytes, journal.capacity_bytes, disk.available, disk.capacity);
}

/// They come within moments: one line when no more have come for a second.
void upkeep::tell_of_restoration() {
  const auto now = restored_.value();
  const bool quiet = now == restored_seen_;
  restored_seen_ = now;
  if (!quiet || now == restored_told_) return;
  parts_.log.write(
      log_level::info, "upkeep",
      "Followers knew a feed before its backup was put back, and start again with what is "
      "in force.",
      {{"followers", std::to_string(now - restored_told_)}});
  restored_told_ = now;
}

void upkeep::judge_room(std::uint64_t used, std::uint64_t capacity, std::uint64_t disk_free,
                        std::uint64_t disk_size) {
  const auto part_free = [](std::uint64_t free, std::uint64_t of) {
    return of == 0 ? 1.0 : static_cast<double>(free) / static_cast<double>(of);
  };
  const bool map_full = part_free(capacity > used ? capacity - used : 0, capacity) < scarce;
  const bool is_scarce = map_full || part_free(disk_free, disk_size) < scarce;
  if (is_scarce == (scarce_.value() != 0)) return;
  scarce_.set(is_scarce ? 1 : 0);
  if (!is_scarce)
    parts_.log.write(log_level::info, "upkeep", "There is room enough again.");
  else if (map_full)
    parts_.log.write(
        log_level::warning, "upkeep",
        "The journal is nearly full: raise limits.journal_size and start the node again.",
        {{"used", format_size(used)}, {"capacity", format_size(capacity)}});
  else
    parts_.log.write(log_level::warning, "upkeep",
                     "The disk is nearly full: make room, or the node will refuse what is new.",
                     {{"free", format_size(disk_free)}});
}

} // namespace loa::host
