#include <bindings/http/internal/known_citizens.hpp>
#include <loa/base/bytes.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

namespace loa::http {

namespace {

constexpr std::size_t entry_octets = 8;
constexpr std::size_t most_ids = 16U << 20;

std::uint64_t mark_of(std::string_view id) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(id.data(), id.size(), hash.data(), &size, EVP_sha256(), nullptr);
  return from_big_endian({reinterpret_cast<const char*>(hash.data()), entry_octets});
}

error failed(const std::filesystem::path& file) {
  return {errc::storage,
          fmt::format("{}: the list of citizens' ids cannot be read ({}).", file.string(),
                      std::strerror(errno)),
          {}};
}

} // namespace

known_citizens::known_citizens(int file)
    : file_(file),
      syncer_([this](const std::stop_token& ended) { sync_when_asked(ended); }) {}

known_citizens::~known_citizens() {
  syncer_.request_stop();
  syncer_.join();
  ::close(file_);
}

void known_citizens::sync_when_asked(const std::stop_token& ended) {
  std::unique_lock lock(mutex_);
  while (changed_.wait(lock, ended, [this] { return dirty_; })) {
    dirty_ = false;
    lock.unlock();
    ::fdatasync(file_);
    lock.lock();
  }
}

result<std::unique_ptr<known_citizens>> known_citizens::open(const std::filesystem::path& file) {
  const auto fd = ::open(file.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fd < 0) return failed(file);
  std::unique_ptr<known_citizens> known(new known_citizens(fd));
  std::vector<char> block(1U << 20);
  std::size_t whole = 0;
  std::string rest;
  for (;;) {
    const auto n = ::read(fd, block.data(), block.size());
    if (n < 0) return failed(file);
    if (n == 0) break;
    rest.append(block.data(), static_cast<std::size_t>(n));
    std::size_t at = 0;
    for (; at + entry_octets <= rest.size(); at += entry_octets)
      known->taken_.insert(from_big_endian(bytes_view(rest).substr(at, entry_octets)));
    whole += at;
    rest.erase(0, at);
  }
  if (!rest.empty() && ::ftruncate(fd, static_cast<off_t>(whole)) != 0) return failed(file);
  return known;
}

result<bool> known_citizens::take(std::string_view id) {
  const auto mark = mark_of(id);
  const std::lock_guard lock(mutex_);
  if (taken_.contains(mark)) return false;
  if (taken_.size() >= most_ids)
    return error{errc::unavailable, "No further citizens' ids can be kept here.", {}};
  const auto entry = big_endian(mark);
  if (::write(file_, entry.data(), entry.size()) != static_cast<ssize_t>(entry.size()))
    return error{errno == ENOSPC ? errc::storage_full : errc::storage,
                 "The new id cannot be kept; try again later.",
                 {}};
  taken_.insert(mark);
  dirty_ = true;
  changed_.notify_one();
  return true;
}

} // namespace loa::http
