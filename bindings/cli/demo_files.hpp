#pragma once

#include <loa/base/result.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace loa::cli {

/// Finds a file that comes with Loa ("hcmc/2021.json"): under `examples/` of the working directory,
/// or under `examples/` or `share/loa/` of a directory above the program. So it works from the
/// source tree and when installed.
[[nodiscard]] result<std::filesystem::path> find_example(std::string_view file);

/// A fresh directory, removed with all that is in it at the end.
class temporary_directory {
public:
  temporary_directory();
  ~temporary_directory();
  temporary_directory(const temporary_directory&) = delete;
  temporary_directory& operator=(const temporary_directory&) = delete;
  /// Empty if it could not be made.
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  std::filesystem::path path_;
};

/// Octets of memory that a process has resident now, this one or another; 0 where the system does
/// not say.
[[nodiscard]] std::uint64_t resident_memory(const std::string& process = "self");

} // namespace loa::cli
