#include <bindings/http/revocations.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace loa::http {

namespace {

constexpr std::uintmax_t most_octets = 16U << 20;
constexpr duration between_looks = std::chrono::seconds(1);

std::string_view trimmed(std::string_view line) {
  line = line.substr(0, line.find('#'));
  constexpr std::string_view blank = " \t\r";
  const auto from = line.find_first_not_of(blank);
  if (from == std::string_view::npos) return {};
  return line.substr(from, line.find_last_not_of(blank) - from + 1);
}

} // namespace

revocations::revocations(std::filesystem::path file, log_sink& log)
    : file_(std::move(file)),
      log_(log) {}

bool revocations::revoked(const std::string& id, instant now) {
  const std::lock_guard lock(mutex_);
  look_in_time(now);
  return ids_.contains(id);
}

std::uint64_t revocations::revision(instant now) {
  const std::lock_guard lock(mutex_);
  look_in_time(now);
  return revision_;
}

void revocations::look_in_time(instant now) {
  // A clock that was set back must not keep us from looking.
  if (looked_once_ && now >= looked_ && now - looked_ < between_looks) return;
  looked_ = now;
  look();
  looked_once_ = true;
}

void revocations::take(std::unordered_set<std::string> ids) {
  if (ids == ids_) return;
  ids_ = std::move(ids);
  ++revision_;
}

void revocations::look() {
  std::error_code failure;
  const auto changed = std::filesystem::last_write_time(file_, failure);
  const auto size = failure ? 0 : std::filesystem::file_size(file_, failure);
  if (failure == std::errc::no_such_file_or_directory) {
    take({});
    size_ = 0;
    changed_ = {};
    return;
  }
  if (!failure && looked_once_ && changed == changed_ && size == size_) return;
  std::ifstream in(file_);
  if (failure || !in || size > most_octets) {
    log_.write(log_level::error, "tokens",
               "The list of revoked tokens cannot be read; the last one known stays in force",
               {{"file", file_.string()}});
    return;
  }
  std::unordered_set<std::string> ids;
  for (std::string line; std::getline(in, line);)
    if (const auto id = trimmed(line); !id.empty()) ids.emplace(id);
  take(std::move(ids));
  changed_ = changed;
  size_ = size;
}

result<void> revocations::add(const std::filesystem::path& file, std::string_view id) {
  if (id.empty() || id.size() > 64 || id.find('#') != std::string_view::npos ||
      !std::ranges::all_of(id, [](char c) { return c > ' ' && c < 0x7f; }))
    return error{errc::malformed, "A token's id has 1 to 64 visible characters, and no '#'.", {}};
  const auto fd = ::open(file.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
  const auto line = std::string(id) + "\n";
  const bool written = fd >= 0 &&
                       ::write(fd, line.data(), line.size()) == static_cast<ssize_t>(line.size()) &&
                       ::fsync(fd) == 0;
  const auto why = errno;
  if (fd >= 0) ::close(fd);
  if (!written)
    return error{errc::storage,
                 fmt::format("{}: the revocation cannot be written ({}).", file.string(),
                             std::strerror(why)),
                 {}};
  return {};
}

} // namespace loa::http
