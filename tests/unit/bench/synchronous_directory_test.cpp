#include <bench/peers/synchronous_directory.hpp>

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <fstream>

using namespace loa;

namespace {

/// Whether the kernel writes a file or directory through.
bool is_synchronous(const std::filesystem::path& p) {
  const int fd = ::open(p.c_str(), O_RDONLY | O_CLOEXEC);
  int flags = 0;
  const bool read = ::ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0;
  ::close(fd);
  return read && (flags & FS_SYNC_FL) != 0;
}

} // namespace

TEST_CASE("what is made below a synchronous directory is written through, or it is said why not") {
  auto pattern = (std::filesystem::current_path() / "loa-sync-XXXXXX").string();
  const std::filesystem::path where = ::mkdtemp(pattern.data());
  if (const auto made = bench::make_synchronous(where); made) {
    std::filesystem::create_directories(where / "a" / "b");
    std::ofstream(where / "a" / "b" / "file") << "x";
    CHECK(is_synchronous(where / "a" / "b" / "file"));
  } else {
    CHECK(made.error().detail.find("--scratch") != std::string::npos);
  }
  std::filesystem::remove_all(where);
}

TEST_CASE("a directory that is not there cannot be made synchronous") {
  const auto made = bench::make_synchronous("no-such-directory");
  REQUIRE(!made);
  CHECK(made.error().detail.find("no-such-directory") != std::string::npos);
}
