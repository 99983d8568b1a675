#include <loa/store/internal/directory_lock.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace loa::store {

result<directory_lock> directory_lock::acquire(const std::string& directory,
                                               const std::string& node) {
  const auto path = directory + "/loa.lock";
  auto f = file::open(path, O_RDWR | O_CREAT);
  if (!f) return f.error();
  if (::flock(f->descriptor(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return system_error(errno, "lock", path);
    std::array<char, 300> text{};
    const auto size = static_cast<std::size_t>(std::min<std::uint64_t>(f->size(), text.size()));
    std::string owner = "another node";
    if (f->read(0, text.data(), size) && size > 0) owner.assign(text.data(), size);
    return error{errc::conflict,
                 fmt::format("The directory {} is in use by {}. Stop it, or give this node a "
                             "directory of its own.",
                             directory, owner),
                 {}};
  }
  const auto owner = fmt::format("the node {} (pid {})", node.substr(0, 200), ::getpid());
  if (::ftruncate(f->descriptor(), 0) != 0) return system_error(errno, "write", path);
  // A full disk must not keep a node from starting; only the message would be poorer.
  (void)f->write(owner);
  return directory_lock(*std::move(f));
}

} // namespace loa::store
