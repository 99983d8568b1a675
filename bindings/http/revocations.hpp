#pragma once

#include <loa/base/log.hpp>
#include <loa/base/time.hpp>

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_set>

namespace loa::http {

/// Tokens that are no longer good: a text file with one token id ("jti") per line; empty lines and
/// what follows a '#' do not count. It is read again within a second after it changed; a file that
/// is not there revokes nothing. A file that cannot be read, or is larger than 16 MiB, leaves the
/// last known list in force and is logged. Any thread.
class revocations {
public:
  explicit revocations(std::filesystem::path file, log_sink& log = no_log());

  /// True if the token of that id was revoked. `now` only decides whether it is time to look at the
  /// file.
  [[nodiscard]] bool revoked(const std::string& id, instant now);

  /// Another number whenever the list has changed. `now` is for the same as above.
  [[nodiscard]] std::uint64_t revision(instant now);

  /// Adds an id to the file, synced; adding it twice is harmless.
  [[nodiscard]] static result<void> add(const std::filesystem::path& file, std::string_view id);

private:
  void look_in_time(instant now);
  void look();
  void take(std::unordered_set<std::string> ids);

  std::filesystem::path file_;
  log_sink& log_;
  std::mutex mutex_;
  instant looked_{};
  bool looked_once_ = false;
  std::filesystem::file_time_type changed_{};
  std::uintmax_t size_ = 0;
  std::unordered_set<std::string> ids_;
  std::uint64_t revision_ = 0;
};

} // namespace loa::http
