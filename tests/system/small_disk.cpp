#include "small_disk.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>

namespace loa::system_test {

namespace fs = std::filesystem;

namespace {

constexpr const char* filler = "filler";

/// Gives this process mounts of its own; as a user without rights, in a user namespace of its own.
bool separate() {
  if (::geteuid() == 0) return ::unshare(CLONE_NEWNS) == 0;
  const auto user = ::getuid();
  const auto group = ::getgid();
  if (::unshare(CLONE_NEWUSER | CLONE_NEWNS) != 0) return false;
  std::ofstream("/proc/self/setgroups") << "deny";
  std::ofstream("/proc/self/uid_map") << fmt::format("{0} {0} 1", user);
  std::ofstream("/proc/self/gid_map") << fmt::format("{0} {0} 1", group);
  return true;
}

bool mount_on(const fs::path& at, std::uint64_t octets) {
  static const bool separated =
      separate() && ::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0;
  return separated && ::mount("loa-test", at.c_str(), "tmpfs", MS_NOSUID | MS_NODEV,
                              fmt::format("size={}", octets).c_str()) == 0;
}

} // namespace

small_disk::small_disk(const fs::path& at, std::uint64_t octets) : at_(at) {
  fs::create_directories(at);
  if (!mount_on(at, octets)) refusal_ = std::strerror(errno);
}

small_disk::~small_disk() {
  if (refusal_.empty()) ::umount2(at_.c_str(), MNT_DETACH);
}

void small_disk::fill(std::uint64_t leaving) const {
  struct statvfs disk {};
  REQUIRE(::statvfs(at_.c_str(), &disk) == 0);
  const auto room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (room <= leaving) return;
  const int f = ::open((at_ / filler).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  REQUIRE(f >= 0);
  const auto had = static_cast<off_t>(fs::file_size(at_ / filler));
  const int failed = ::posix_fallocate(f, had, static_cast<off_t>(room - leaving));
  ::close(f);
  REQUIRE(failed == 0);
}

void small_disk::empty() const {
  fs::remove(at_ / filler);
}

} // namespace loa::system_test
