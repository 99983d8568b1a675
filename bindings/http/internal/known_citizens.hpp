#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string_view>
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

  /// True if the id was free and is taken from now on. It outlives this process when the call returns,
  /// and a failure of power within the second that `sync` comes after.
  [[nodiscard]] result<bool> take(std::string_view id);
  /// Puts on the disk what was taken since the last call.
  void sync();

private:
  explicit known_citizens(int file) : file_(file) {}

  std::mutex mutex_;
  int file_;
  bool dirty_ = false;
  std::unordered_set<std::uint64_t> taken_;
};

} // namespace loa::http
