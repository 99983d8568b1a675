#include <loa/store/internal/file.hpp>
#include <loa/store/internal/journal_reader.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/tools.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace loa::store {

namespace {

namespace fs = std::filesystem;

/// Where a copy is prepared, inside of its target, until it is whole.
constexpr std::string_view workshop = "unfinished";

/// Makes a directory ready to be filled; what an earlier attempt left unfinished in it is removed.
result<std::string> prepare(const std::string& target) {
  if (auto made = make_directory(target); !made) return made.error();
  std::error_code failed;
  const auto unfinished = fs::path(target) / workshop;
  fs::remove_all(unfinished, failed);
  if (!failed && !fs::is_empty(target, failed) && !failed)
    return error{
        errc::conflict,
        fmt::format("The directory {} is not empty; name one that is, or a new one.", target),
        {}};
  if (!failed) fs::create_directory(unfinished, failed);
  if (failed) return system_error(failed.value(), "prepare", target);
  return unfinished.string();
}

/// Puts the finished data file in its place, durably, and removes the workshop.
result<void> finish(const std::string& unfinished, const std::string& target) {
  std::error_code failed;
  fs::rename(data_file(unfinished), data_file(target), failed);
  if (failed) return system_error(failed.value(), "finish", target);
  fs::remove_all(unfinished, failed);
  return sync_directory(target);
}

result<void> copy_state(const std::string& directory, const std::string& unfinished) {
  page_report pages;
  auto journal = journal_reader::open(directory, pages);
  if (!journal) return journal.error();
  if (const int rc = mdb_env_copy2(journal->env(), unfinished.c_str(), MDB_CP_COMPACT))
    return lmdb_error(rc, unfinished);
  auto written = file::open_for_reading(data_file(unfinished));
  if (!written) return written.error();
  if (auto synced = written->sync(); !synced) return synced;
  auto report = check_pages(data_file(unfinished), 0, ~std::uint64_t{0});
  if (!report) return report.error();
  if (!report->damage.empty()) return damage_error(data_file(unfinished), *report);
  return {};
}

/// Opens the copy as a node would, so that the mark is set before anybody else can see the journal.
result<journal_identity> mark_restored(const std::string& unfinished, std::uint64_t map_size,
                                       instant now) {
  auto opened = open_lmdb({.directory = unfinished,
                           .node = "restore",
                           .map_size = std::max(map_size, std::uint64_t{1} << 20),
                           .disk_reserve = 0});
  if (!opened) return opened.error();
  auto identity = read_identity(**opened);
  if (!identity) return identity;
  auto mark = now;
  if (identity->restored) mark = std::max(mark, *identity->restored + duration(1));
  const transaction t{
      operation::put(table::meta, bytes(meta_key::restored),
                     big_endian(static_cast<std::uint64_t>(to_millis(mark)))),
  };
  if (auto done = commit(**opened, t); !done) return done.error();
  identity->restored = mark;
  return identity;
}

} // namespace

result<std::uint64_t> backup(const std::string& directory, const std::string& target) {
  auto unfinished = prepare(target);
  if (!unfinished) return unfinished.error();
  auto done = copy_state(directory, *unfinished);
  if (done) done = finish(*unfinished, target);
  if (!done) {
    std::error_code ignored;
    fs::remove_all(*unfinished, ignored);
    return done.error();
  }
  auto written = file::open_for_reading(data_file(target));
  if (!written) return written.error();
  return written->size();
}

result<journal_identity> restore(const std::string& backup, const std::string& directory,
                                 instant now) {
  auto sound = verify(backup);
  if (!sound) return sound.error();
  if (!sound->sound())
    return error{errc::corrupt,
                 fmt::format("The backup in {} is damaged: {}", backup, sound->damage.front()),
                 {}};
  auto header = read_header(data_file(backup));
  if (!header) return header.error();
  auto unfinished = prepare(directory);
  if (!unfinished) return unfinished.error();
  auto failed = [&](const error& e) -> result<journal_identity> {
    std::error_code ignored;
    fs::remove_all(*unfinished, ignored);
    return e;
  };
  if (auto copied = copy_file(data_file(backup), data_file(*unfinished)); !copied)
    return failed(copied.error());
  auto identity = mark_restored(*unfinished, header->map_size, now);
  if (!identity) return failed(identity.error());
  if (auto done = finish(*unfinished, directory); !done) return failed(done.error());
  return identity;
}

} // namespace loa::store
