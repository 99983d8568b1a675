#include "faulty_disk.hpp"

#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

namespace {

struct fault {
  std::atomic<int> left{0};
  std::atomic<int> number{0};
  std::atomic<std::uint64_t> from{0};
  std::atomic<std::uint64_t> to{0};

  bool strikes() {
    if (left == 0) return false;
    if (left > 0) --left;
    errno = number;
    return true;
  }
};

fault writes;
fault flushes;
std::atomic<int> synced{0};

bool write_strikes(off_t offset) {
  const auto at = static_cast<std::uint64_t>(offset);
  return at >= writes.from && at < writes.to && writes.strikes();
}

} // namespace

extern "C" {

ssize_t pwrite(int fd, const void* data, std::size_t size, off_t offset) {
  return write_strikes(offset) ? -1 : ::syscall(SYS_pwrite64, fd, data, size, offset);
}

ssize_t pwrite64(int fd, const void* data, std::size_t size, off_t offset) {
  return pwrite(fd, data, size, offset);
}

ssize_t pwritev(int fd, const iovec* parts, int count, off_t offset) {
  return write_strikes(offset) ? -1 : ::syscall(SYS_pwritev, fd, parts, count, offset, 0L);
}

ssize_t pwritev64(int fd, const iovec* parts, int count, off_t offset) {
  return pwritev(fd, parts, count, offset);
}

ssize_t writev(int fd, const iovec* parts, int count) {
  const auto offset = ::syscall(SYS_lseek, fd, 0L, 1 /* SEEK_CUR */);
  return offset >= 0 && write_strikes(offset) ? -1 : ::syscall(SYS_writev, fd, parts, count);
}

int fdatasync(int fd) {
  ++synced;
  return flushes.strikes() ? -1 : static_cast<int>(::syscall(SYS_fdatasync, fd));
}

} // extern "C"

namespace faulty_disk {

void fail_writes(int number, int n, std::uint64_t from, std::uint64_t to) {
  writes.number = number;
  writes.from = from;
  writes.to = to;
  writes.left = n;
}

void fail_syncs(int number, int n) {
  flushes.number = number;
  flushes.left = n;
}

void repair() {
  writes.left = 0;
  flushes.left = 0;
}

int syncs() {
  return synced.exchange(0);
}

} // namespace faulty_disk
