#include <loa/store/internal/ballast.hpp>
#include <loa/store/internal/file.hpp>

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

namespace loa::store {

ballast::ballast(const std::string& directory, std::uint64_t octets)
    : path_(directory + "/reserve"),
      directory_(directory),
      octets_(octets) {
  if (octets_ == 0)
    ::unlink(path_.c_str());
  else
    take();
}

void ballast::take() noexcept {
  if (held_ || octets_ == 0) return;
  auto f = file::open(path_, O_WRONLY | O_CREAT);
  if (!f) return;
  held_ = f->size() == octets_;
  if (held_) return;
  struct statvfs disk {};
  if (::fstatvfs(f->descriptor(), &disk) != 0) return;
  const auto room = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  held_ = room / 4 >= octets_ && ::ftruncate(f->descriptor(), 0) == 0 &&
          ::posix_fallocate(f->descriptor(), 0, static_cast<off_t>(octets_)) == 0;
  if (!held_) ::unlink(path_.c_str());
}

bool ballast::release() noexcept {
  if (!held_) return false;
  held_ = false;
  return ::unlink(path_.c_str()) == 0;
}

} // namespace loa::store
