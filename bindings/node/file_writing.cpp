#include <bindings/node/file_writing.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace loa::host {

namespace {

class descriptor {
public:
  explicit descriptor(int fd) noexcept : fd_(fd) {}
  descriptor(const descriptor&) = delete;
  descriptor& operator=(const descriptor&) = delete;
  ~descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const noexcept { return fd_; }

private:
  int fd_;
};

/// By `errno`.
error trouble(const std::filesystem::path& file) {
  const auto code = errno == EEXIST                      ? errc::conflict
                    : errno == ENOSPC || errno == EDQUOT ? errc::storage_full
                                                         : errc::storage;
  return {code, fmt::format("{} cannot be written: {}.", file.string(), std::strerror(errno)), {}};
}

bool write_all(int fd, bytes_view content) {
  while (!content.empty()) {
    const auto n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

} // namespace

result<void> replace_file(const std::filesystem::path& file, bytes_view content, mode_t mode) {
  auto beside = file.string() + ".XXXXXX";
  const descriptor fd(::mkostemp(beside.data(), O_CLOEXEC));
  if (fd.get() < 0) return trouble(file);
  const bool done = write_all(fd.get(), content) && ::fchmod(fd.get(), mode) == 0 &&
                    ::fsync(fd.get()) == 0 && ::rename(beside.c_str(), file.c_str()) == 0;
  if (!done) {
    auto why = trouble(file);
    ::unlink(beside.c_str());
    return why;
  }
  const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
  const descriptor above(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (above.get() < 0 || ::fsync(above.get()) != 0) return trouble(file);
  return {};
}

result<void> write_output(const std::filesystem::path& to, bytes_view content) {
  std::error_code none;
  const auto what = std::filesystem::symlink_status(to, none);
  if (!std::filesystem::exists(what) || std::filesystem::is_regular_file(what))
    return replace_file(to, content);
  const descriptor fd(::open(to.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
  if (fd.get() < 0 || !write_all(fd.get(), content)) return trouble(to);
  return {};
}

result<void> write_new_file(const std::filesystem::path& file, bytes_view content, mode_t mode) {
  const descriptor fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (fd.get() < 0) return trouble(file);
  if (write_all(fd.get(), content) && ::fchmod(fd.get(), mode) == 0) return {};
  auto why = trouble(file);
  ::unlink(file.c_str());
  return why;
}

} // namespace loa::host
