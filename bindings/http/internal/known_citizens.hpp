#pragma once

#include <loa/base/result.hpp>

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string_view>
#include <thread>
#include <unordered_set>

namespace loa::http {

/// Which citizen ids are taken, so that who comes with a new one gets its secret and nobody gets it
/// twice. A file of 8 octets per id, the front of its SHA-256; at most 16 million ids. Any thread.
class known_citizens {
public:
  ~known_citizens();
  known_citizens(const known_citizens&) = delete;
  known_citizens& operator=(const known_citizens&) = delete;

  /// Opens the file or makes it. A last entry that a crash cut short is dropped.
  [[nodiscard]] static result<std::unique_ptr<known_citizens>>
  open(const std::filesystem::path& file);

  /// True if the id was free and is taken from now on. When the call returns that outlives this
  /// process; a failure of power outlives it as soon as a thread of its own has synced the file.
  [[nodiscard]] result<bool> take(std::string_view id);

private:
  explicit known_citizens(int file);
  void sync_when_asked(const std::stop_token& ended);

  std::mutex mutex_;
  std::condition_variable_any changed_;
  int file_;
  bool dirty_ = false;
  std::unordered_set<std::uint64_t> taken_;
  std::jthread syncer_;
};

} // namespace loa::http
