#pragma once

#include <loa/base/result.hpp>

#include <filesystem>

namespace loa::bench {

/// From now on every write to a file that is made in the directory, or below it, is on the disk
/// before the call returns, as after `chattr +S` (FS_SYNC_FL in ioctl_iflags(2)). So a server that
/// does not sync by itself keeps the promise of one that does.
///
/// Errors: the file system has no such attribute, as tmpfs.
[[nodiscard]] result<void> make_synchronous(const std::filesystem::path& directory);

} // namespace loa::bench
