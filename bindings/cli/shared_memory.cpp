#include <bindings/cli/shared_memory.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace loa::cli {

namespace {
error failure(std::string_view what) {
  return {errc::storage, fmt::format("{}: {}.", what, std::strerror(errno)), {}};
}
} // namespace

result<shared_memory> shared_memory::make(std::size_t octets) {
  shared_memory m(::memfd_create("loa", MFD_CLOEXEC), octets);
  if (m.descriptor_ < 0 || ::ftruncate(m.descriptor_, static_cast<off_t>(octets)) != 0)
    return failure("No shared memory can be had");
  if (auto mapped = m.map(); !mapped) return mapped.error();
  return m;
}

result<shared_memory> shared_memory::open(int descriptor, std::size_t octets) {
  shared_memory m(descriptor, octets);
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC); // not for what this process may start
  struct stat about {};
  if (::fstat(descriptor, &about) != 0) return failure("That is no inherited memory");
  if (static_cast<std::size_t>(about.st_size) != octets)
    return error{errc::rule, "The inherited memory is for another number of clients.", {}};
  if (auto mapped = m.map(); !mapped) return mapped.error();
  return m;
}

result<void> shared_memory::map() {
  auto* at = ::mmap(nullptr, octets_, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_, 0);
  if (at == MAP_FAILED) return failure("Shared memory cannot be mapped");
  data_ = at;
  return {};
}

shared_memory::shared_memory(shared_memory&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      octets_(other.octets_),
      data_(std::exchange(other.data_, nullptr)) {}

shared_memory& shared_memory::operator=(shared_memory&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(octets_, other.octets_);
  std::swap(data_, other.data_);
  return *this;
}

shared_memory::~shared_memory() {
  if (data_) ::munmap(data_, octets_);
  if (descriptor_ >= 0) ::close(descriptor_);
}

} // namespace loa::cli
