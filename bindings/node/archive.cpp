#include <bindings/node/archive.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/station.hpp>
#include <bindings/node/token_book.hpp>
#include <loa/store/tools.hpp>

#include <fmt/format.h>

#include <system_error>

namespace loa::host {

namespace fs = std::filesystem;

namespace {

result<void> must_be_empty(const fs::path& dir) {
  std::error_code failed;
  if (!fs::exists(dir, failed)) {
    fs::create_directories(dir, failed);
    if (failed)
      return error{
          errc::storage,
          fmt::format("The directory {} cannot be made: {}.", dir.string(), failed.message()),
          {}};
    return {};
  }
  if (fs::is_directory(dir, failed) && fs::is_empty(dir, failed) && !failed) return {};
  return error{errc::conflict,
               fmt::format("{} is not an empty directory; name another one, or move it aside.",
                           dir.string()),
               {}};
}

/// Copies what lies beside the journal, as far as it is there; the token key keeps its mode, since
/// only its owner may read it.
result<void> copy_files(const fs::path& from, const fs::path& to) {
  auto files = token_book(from).files();
  for (auto& document : document_files(from).files()) files.push_back(std::move(document));
  for (const auto& file : files) {
    std::error_code failed;
    if (!fs::exists(file, failed)) continue;
    const auto copy = to / file.lexically_relative(from);
    fs::create_directories(copy.parent_path(), failed);
    if (!failed) fs::copy_file(file, copy, failed);
    if (!failed) fs::permissions(copy, fs::status(file).permissions(), failed);
    if (failed)
      return error{errc::storage,
                   fmt::format("{} cannot be copied to {}: {}.", file.string(), copy.string(),
                               failed.message()),
                   {}};
  }
  return {};
}

} // namespace

result<std::uint64_t> back_up(const fs::path& data, const fs::path& target) {
  if (auto empty = must_be_empty(target); !empty) return empty.error();
  auto octets =
      store::backup((data / journal_directory).string(), (target / journal_directory).string());
  if (!octets) return octets.error();
  if (auto copied = copy_files(data, target); !copied) return copied.error();
  return octets;
}

result<store::journal_identity> restore(const fs::path& backup, const fs::path& data, instant now) {
  if (auto empty = must_be_empty(data); !empty) return empty.error();
  if (auto copied = copy_files(backup, data); !copied) return copied.error();
  return store::restore((backup / journal_directory).string(), (data / journal_directory).string(),
                        now);
}

} // namespace loa::host
