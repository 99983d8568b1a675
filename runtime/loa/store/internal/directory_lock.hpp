#pragma once

#include <loa/store/internal/file.hpp>

#include <string>

namespace loa::store {

/// Keeps a second node out of a directory. The lock is the kernel's (flock), so it ends with the
/// process however that ends; the file "loa.lock" names its owner for the message.
class directory_lock {
public:
  /// `conflict` if somebody has it, naming that node and its pid.
  [[nodiscard]] static result<directory_lock> acquire(const std::string& directory,
                                                      const std::string& node);

private:
  explicit directory_lock(file f) : file_(std::move(f)) {}
  file file_;
};

} // namespace loa::store
