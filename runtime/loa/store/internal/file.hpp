#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <cstdint>
#include <string>
#include <utility>

namespace loa::store {

/// An open file; closed with the object.
class file {
public:
  /// `not_found` if there is none.
  [[nodiscard]] static result<file> open_for_reading(const std::string& path);
  /// Opens with flags of open(2), owner only.
  [[nodiscard]] static result<file> open(const std::string& path, int flags);

  file(file&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  file& operator=(file&& other) noexcept;
  ~file();

  [[nodiscard]] int descriptor() const noexcept { return fd_; }
  /// Octets now; zero if that cannot be told.
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// Reads exactly `octets`; false if the file ends before or cannot be read.
  [[nodiscard]] bool read(std::uint64_t offset, char* to, std::size_t octets) const noexcept;
  [[nodiscard]] result<void> write(bytes_view data);
  [[nodiscard]] result<void> sync();

private:
  explicit file(int fd) noexcept : fd_(fd) {}
  int fd_ = -1;
};

/// The error of a system call that failed: "verb path: reason", with a code that fits `number`.
[[nodiscard]] error system_error(int number, std::string_view verb, const std::string& path);

/// Makes the names in a directory durable.
[[nodiscard]] result<void> sync_directory(const std::string& path);

/// Makes a directory with its parents, owner only; harmless if it is there.
[[nodiscard]] result<void> make_directory(const std::string& path);

/// Copies a whole file to a new one and syncs it.
[[nodiscard]] result<void> copy_file(const std::string& from, const std::string& to);

} // namespace loa::store
