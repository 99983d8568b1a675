#include "faulty_disk.hpp"

#include <loa/store/entity_log.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/meta.hpp>

#include <lmdb.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unit/store/scratch.hpp>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <thread>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

lmdb_options in(const scratch::directory& d) {
  return {.directory = d.path(),
          .node = "district-769",
          .map_size = std::uint64_t{64} << 20,
          .disk_reserve = 0};
}

result<void> put(journal& j, std::uint64_t n, std::size_t octets = 400) {
  return commit(j, {operation::put(table::facts, "n" + big_endian(n), bytes(octets, 'v'))});
}

bool holds(const journal& j, std::uint64_t n) {
  return must(j.get(table::facts, "n" + big_endian(n))).has_value();
}

/// A file system of 4 MiB in a directory, if this process may mount one.
struct small_disk {
  explicit small_disk(std::string at)
      : path(std::move(at)),
        mounted(::mount("loa", path.c_str(), "tmpfs", 0, "size=4m") == 0) {}
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;
  ~small_disk() {
    if (mounted) ::umount2(path.c_str(), MNT_DETACH);
  }
  std::string path;
  bool mounted;
};

/// Runs `body` in a forked child and gives its exit code, or minus the signal that ended it.
template <class Body>
int in_child(Body body) {
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid == 0) ::_exit(body());
  int status = 0;
  REQUIRE(::waitpid(pid, &status, 0) == pid);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

} // namespace

TEST_CASE("a directory is one node's, and the second is told whose") {
  scratch::directory d;
  const auto first = must(open_lmdb(in(d)));
  auto again = in(d);
  again.node = "district-770";
  const auto second = open_lmdb(again);
  REQUIRE_FALSE(second);
  CHECK(second.error().code == errc::conflict);
  CHECK(second.error().detail.find("district-769") != std::string::npos);
  CHECK(second.error().detail.find(std::to_string(::getpid())) != std::string::npos);

  const auto elsewhere = in_child([&] {
    const auto third = open_lmdb(again);
    return !third && third.error().code == errc::conflict ? 0 : 1;
  });
  CHECK(elsewhere == 0);
}

TEST_CASE("a directory is free again when its node was killed") {
  scratch::directory d;
  const auto code = in_child([&] {
    const auto j = open_lmdb(in(d));
    ::raise(SIGKILL);
    return j ? 0 : 1;
  });
  CHECK(code == -SIGKILL);
  CHECK(open_lmdb(in(d)));
}

TEST_CASE("a journal is made with the directories above it") {
  scratch::directory d;
  auto options = in(d);
  options.directory = d.at("a/b/c");
  must(put(*must(open_lmdb(options)), 1));
  CHECK(holds(*must(open_lmdb(options)), 1));
}

TEST_CASE("a directory that cannot be made is an error") {
  scratch::directory d;
  auto options = in(d);
  std::ofstream(d.at("file")) << "x";
  options.directory = d.at("file/below");
  const auto opened = open_lmdb(options);
  REQUIRE_FALSE(opened);
  CHECK(opened.error().detail.find("file/below") != std::string::npos);
}

TEST_CASE("a map that is too small for anything is refused") {
  scratch::directory d;
  auto options = in(d);
  options.map_size = 1000;
  CHECK(open_lmdb(options).error().code == errc::rule);
}

TEST_CASE("the map may be another at the next start") {
  scratch::directory d;
  auto options = in(d);
  options.map_size = std::uint64_t{1} << 20;
  options.sync = false;
  std::uint64_t n = 0;
  {
    const auto j = must(open_lmdb(options));
    while (put(*j, n)) ++n;
  }
  options.map_size = std::uint64_t{8} << 20;
  {
    const auto j = must(open_lmdb(options));
    for (const auto end = 4 * n; n < end; ++n) must(put(*j, n));
  }
  options.map_size = std::uint64_t{1} << 20;
  const auto j = must(open_lmdb(options));
  CHECK(holds(*j, n - 1));
  const auto full = put(*j, n, 3000);
  REQUIRE_FALSE(full);
  CHECK(full.error().code == errc::storage_full);
}

TEST_CASE("a commit is synced before it returns") {
  scratch::directory d;
  const auto j = must(open_lmdb(in(d)));
  faulty_disk::syncs();
  must(put(*j, 1));
  CHECK(faulty_disk::syncs() >= 1);
}

TEST_CASE(
    "whatever write or sync fails, the commit is an error, the rest stays, and later it goes on") {
  scratch::directory d;
  const auto number = GENERATE(ENOSPC, EIO, EFBIG, EDQUOT);
  const auto what = GENERATE(as<std::string>{}, "data", "head", "sync");
  if (what == "sync" && number != EIO) return;
  CAPTURE(number, what);
  auto j = must(open_lmdb(in(d)));
  for (std::uint64_t n = 0; n < 20; ++n) must(put(*j, n));

  for (int round = 0; round < 3; ++round) {
    const auto fresh = static_cast<std::uint64_t>(100 + round);
    if (what == "data") faulty_disk::fail_writes(number, 1, 8192);
    // The head is written twice: the new one, and, when that failed, the old one over it.
    if (what == "head") faulty_disk::fail_writes(number, 2, 0, 8192);
    if (what == "sync") faulty_disk::fail_syncs(number, 1);
    const auto failed = put(*j, fresh);
    faulty_disk::repair();
    REQUIRE_FALSE(failed);
    CHECK(failed.error().code == (number == EIO ? errc::storage : errc::storage_full));
    CHECK_FALSE(holds(*j, fresh));
    for (std::uint64_t n = 0; n < 20; ++n) CHECK(holds(*j, n));
    must(put(*j, 200 + fresh));
    must(put(*j, 300 + fresh));
  }
  j.reset();
  j = must(open_lmdb(in(d)));
  CHECK(holds(*j, 402));
  CHECK_FALSE(holds(*j, 102));
}

TEST_CASE("a first start that finds no room leaves nothing that stands in the way of the second") {
  scratch::directory d;
  const auto offset = GENERATE(std::uint64_t{0}, std::uint64_t{8192});
  faulty_disk::fail_writes(ENOSPC, -1, offset);
  const auto failed = open_lmdb(in(d));
  faulty_disk::repair();
  REQUIRE_FALSE(failed);
  CHECK(failed.error().code == errc::storage_full);
  must(put(*must(open_lmdb(in(d))), 1));
}

TEST_CASE("a disk that stays full refuses what grows and still takes what frees") {
  scratch::directory d;
  auto options = in(d);
  options.disk_reserve = std::uint64_t{1} << 20;
  const small_disk disk(d.path());
  if (!disk.mounted) {
    WARN("Not tried: a small file system cannot be mounted here.");
    return;
  }
  {
    const auto j = must(open_lmdb(options));
    std::uint64_t n = 0;
    auto last = put(*j, n, 3000);
    while (last && n < 10'000) last = put(*j, ++n, 3000);
    REQUIRE_FALSE(last);
    CHECK(last.error().code == errc::storage_full);
    CHECK(holds(*j, n - 1));
    CHECK_FALSE(holds(*j, n));
    for (std::uint64_t i = 0; i < n; ++i)
      must(commit(*j, {operation::erase(table::facts, "n" + big_endian(i))}));
    for (std::uint64_t i = 0; i < n / 2; ++i) must(put(*j, i, 3000));
  }
  CHECK(holds(*must(open_lmdb(options)), 0));
}

TEST_CASE("a disk that takes only the first part of a write is a full one, not a broken one") {
  scratch::directory d;
  auto options = in(d);
  options.disk_reserve = 0;
  const small_disk disk(d.path());
  if (!disk.mounted) {
    WARN("Not tried: a small file system cannot be mounted here.");
    return;
  }
  const auto j = must(open_lmdb(options));
  std::uint64_t n = 0;
  auto last = put(*j, n, 150'000);
  while (last && n < 100) last = put(*j, ++n, 150'000);
  REQUIRE_FALSE(last);
  CHECK(last.error().code == errc::storage_full);
}

TEST_CASE("a file that may not grow is a full disk, not the end of the process") {
  scratch::directory d;
  const auto code = in_child([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const auto allow = [](rlim_t octets) {
      const rlimit limit{octets, RLIM_INFINITY};
      return ::setrlimit(RLIMIT_FSIZE, &limit) == 0;
    };
    if (!allow(300 << 10)) return 1;
    auto options = in(d);
    options.sync = false;
    auto opened = open_lmdb(options);
    if (!opened) return 2;
    auto& j = **opened;
    std::uint64_t n = 0;
    auto last = put(j, n);
    while (last && n < 10'000) last = put(j, ++n);
    if (last || last.error().code != errc::storage_full) return 3;
    if (put(j, n) || !j.get(table::facts, "n" + big_endian(n - 1)).value()) return 4;
    if (!allow(RLIM_INFINITY)) return 5;
    return put(j, n) ? 0 : 6;
  });
  CHECK(code == 0);
}

TEST_CASE("kill -9 at any instant loses nothing that was acknowledged") {
  for (const int after : {1, 7, 60, 150}) {
    CAPTURE(after);
    scratch::directory d;
    int acknowledged[2];
    REQUIRE(::pipe(acknowledged) == 0);
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      const auto j = open_lmdb(in(d));
      for (std::uint64_t n = 0; j; ++n) {
        const transaction a{operation::put(table::facts, "n" + big_endian(n), bytes(400, 'v'))};
        const transaction b{operation::put(table::feed, "n" + big_endian(n), bytes(9000, 'v'))};
        const transaction c{operation::erase(table::feed, "n" + big_endian(n - 5))};
        const transaction* group[] = {&a, &b, &c};
        if (!(*j)->commit(group)) break;
        if (::write(acknowledged[1], &n, sizeof n) != sizeof n) break;
      }
      ::_exit(1);
    }
    ::close(acknowledged[1]);
    std::uint64_t last = 0;
    const auto next = [&] { return ::read(acknowledged[0], &last, sizeof last) == sizeof last; };
    for (int i = 0; i < after; ++i) REQUIRE(next());
    ::kill(child, SIGKILL);
    while (next()) {
    }
    ::waitpid(child, nullptr, 0);
    ::close(acknowledged[0]);

    const auto j = must(open_lmdb(in(d)));
    const auto facts = must(j->scan(table::facts, "", end_of_table, 100'000));
    CHECK(facts.size() >= last + 1);
    CHECK(facts.size() <= last + 2);
    // Groups are whole: of each number the fact and its feed entry, of which five are kept.
    const auto feed = must(j->scan(table::feed, "", end_of_table, 100'000));
    CHECK(feed.size() == std::min<std::size_t>(facts.size(), 5));
    CHECK(feed.back().key == facts.back().key);
  }
}

TEST_CASE("a reader that was killed does not keep a full map full") {
  scratch::directory d;
  auto options = in(d);
  options.map_size = std::uint64_t{1} << 20;
  options.sync = false;
  const auto j = must(open_lmdb(options));
  std::uint64_t before = 0;
  while (put(*j, before, 3000)) ++before;
  // It pins what is there now: none of these pages could be used again.
  const auto killed = in_child([&] {
    MDB_env* env = nullptr;
    MDB_txn* txn = nullptr;
    if (mdb_env_create(&env) != 0) return 1;
    if (mdb_env_open(env, d.path().c_str(), MDB_RDONLY, 0600) != 0) return 2;
    if (mdb_txn_begin(env, nullptr, MDB_RDONLY, &txn) != 0) return 3;
    ::raise(SIGKILL);
    return 4;
  });
  CHECK(killed == -SIGKILL);
  must(commit(*j, {operation::erase_range(table::facts, "n", "o")}));
  std::uint64_t again = 0;
  while (put(*j, again, 3000)) ++again;
  CHECK(before > 100);
  CHECK(again >= before - 2);
}

TEST_CASE("readers get answers while the disk fails again and again") {
  scratch::directory d;
  const auto j = must(open_lmdb(in(d)));
  must(put(*j, 1));
  std::atomic<bool> ended{false};
  std::atomic<int> failed{0};
  std::thread reader([&] {
    while (!ended)
      if (auto found = j->get(table::facts, "n" + big_endian(1)); !found || !*found) ++failed;
  });
  for (std::uint64_t n = 0; n < 20; ++n) {
    faulty_disk::fail_writes(EIO, 2, 0, 8192);
    CHECK_FALSE(put(*j, 100 + n));
    faulty_disk::repair();
    must(put(*j, 200 + n));
  }
  ended = true;
  reader.join();
  CHECK(failed == 0);
}
