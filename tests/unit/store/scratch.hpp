#pragma once

#include <loa/store/journal.hpp>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace scratch {

/// A directory that goes with the object.
class directory {
public:
  directory() {
    auto pattern = (std::filesystem::temp_directory_path() / "loa-store-XXXXXX").string();
    REQUIRE(::mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  directory(const directory&) = delete;
  directory& operator=(const directory&) = delete;
  ~directory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string at(std::string_view name) const {
    return path_ + "/" + std::string(name);
  }

private:
  std::string path_;
};

/// The value, or a failed test that prints the error.
template <class T>
T must(loa::result<T> r) {
  if (!r) FAIL(r.error().to_string());
  return *std::move(r);
}

inline void must(const loa::result<void>& r) {
  if (!r) FAIL(r.error().to_string());
}

/// Overwrites part of a file.
inline void scribble(const std::string& file, std::uint64_t offset, std::string_view with) {
  std::fstream f(file, std::ios::in | std::ios::out | std::ios::binary);
  f.seekp(static_cast<std::streamoff>(offset));
  f.write(with.data(), static_cast<std::streamsize>(with.size()));
  REQUIRE(f.good());
}

inline std::string contents(const std::string& file) {
  std::ifstream f(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(f), {}};
}

} // namespace scratch
