#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <sys/types.h>

#include <filesystem>

namespace loa::host {

/// Writes a file in the place of the one of that name: beside it first, synced, then renamed, and
/// the directory synced, too. So at every instant there is the old one or the new one, whole. The
/// error names the file.
[[nodiscard]] result<void> replace_file(const std::filesystem::path& file, bytes_view content,
                                        mode_t mode = 0644);

/// Writes to what somebody named for output: a file as `replace_file` does; anything else, as a
/// device, a pipe or a link, stays what it is and is written to.
[[nodiscard]] result<void> write_output(const std::filesystem::path& to, bytes_view content);

/// Writes a file that is not there yet; refused with `conflict` if it is. Nothing is synced.
[[nodiscard]] result<void> write_new_file(const std::filesystem::path& file, bytes_view content,
                                          mode_t mode = 0644);

} // namespace loa::host
