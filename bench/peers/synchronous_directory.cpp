#include <bench/load/socket.hpp>
#include <bench/peers/synchronous_directory.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>

namespace loa::bench {

result<void> make_synchronous(const std::filesystem::path& directory) {
  const descriptor at(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  int flags = 0; // the kernel reads and writes an int, whatever the request's name says
  const bool known = at.get() >= 0 && ::ioctl(at.get(), FS_IOC_GETFLAGS, &flags) == 0;
  flags |= FS_SYNC_FL;
  if (known && ::ioctl(at.get(), FS_IOC_SETFLAGS, &flags) == 0) return {};
  return error{errc::unsupported,
               fmt::format("Files in \"{}\" cannot be made synchronous: {}. Name a directory on "
                           "ext4 by --scratch, for example.",
                           directory.filename().string(), std::strerror(errno)),
               {}};
}

} // namespace loa::bench
