#include <loa/store/internal/file.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace loa::store {

namespace {
constexpr mode_t owner_only = 0600;
}

error system_error(int number, std::string_view verb, const std::string& path) {
  auto code = errc::storage;
  if (number == ENOENT) code = errc::not_found;
  if (number == ENOSPC || number == EDQUOT || number == EFBIG) code = errc::storage_full;
  return {code, fmt::format("Cannot {} {}: {}.", verb, path, std::strerror(number)), {}};
}

result<file> file::open(const std::string& path, int flags) {
  const int fd = ::open(path.c_str(), flags | O_CLOEXEC, owner_only);
  if (fd < 0) return system_error(errno, "open", path);
  return file(fd);
}

result<file> file::open_for_reading(const std::string& path) {
  return open(path, O_RDONLY);
}

file& file::operator=(file&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

file::~file() {
  if (fd_ >= 0) ::close(fd_);
}

std::uint64_t file::size() const noexcept {
  struct stat s {};
  return ::fstat(fd_, &s) == 0 ? static_cast<std::uint64_t>(s.st_size) : 0;
}

bool file::read(std::uint64_t offset, char* to, std::size_t octets) const noexcept {
  while (octets > 0) {
    const auto n = ::pread(fd_, to, octets, static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    to += n;
    octets -= static_cast<std::size_t>(n);
    offset += static_cast<std::uint64_t>(n);
  }
  return true;
}

result<void> file::write(bytes_view data) {
  while (!data.empty()) {
    const auto n = ::write(fd_, data.data(), data.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return system_error(errno, "write", "a file");
    data.remove_prefix(static_cast<std::size_t>(n));
  }
  return {};
}

result<void> file::sync() {
  if (::fsync(fd_) != 0) return system_error(errno, "sync", "a file");
  return {};
}

result<void> sync_directory(const std::string& path) {
  auto d = file::open(path, O_RDONLY | O_DIRECTORY);
  if (!d) return d.error();
  return d->sync();
}

result<void> make_directory(const std::string& path) {
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) return system_error(failed.value(), "make the directory", path);
  if (!made) return {};
  std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
  const auto parent = std::filesystem::absolute(path).parent_path().string();
  return sync_directory(parent);
}

result<void> copy_file(const std::string& from, const std::string& to) {
  auto source = file::open_for_reading(from);
  if (!source) return source.error();
  auto target = file::open(to, O_WRONLY | O_CREAT | O_EXCL);
  if (!target) return target.error();
  std::string buffer(std::size_t{1} << 20, '\0');
  const auto size = source->size();
  for (std::uint64_t at = 0; at < size;) {
    const auto n = static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), size - at));
    if (!source->read(at, buffer.data(), n)) return system_error(errno, "read", from);
    if (auto done = target->write({buffer.data(), n}); !done) return done;
    at += n;
  }
  return target->sync();
}

} // namespace loa::store
