#pragma once

#include <loa/base/time.hpp>
#include <loa/wire/document.hpp>

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace loa::host {

/// One object of a config file while it is read. Every member names a key once, with what it may
/// be; a key that is absent leaves its target as it is. Mistakes are gathered with their JSON
/// pointers (RFC 6901), and `finish` adds the keys that nobody asked for.
class config_section {
public:
  /// `from` may be null: nothing is there.
  config_section(const wire::json* from, std::string pointer, std::vector<error>& mistakes);

  [[nodiscard]] bool has(std::string_view key) const;

  /// True if there was a text.
  bool text(std::string_view key, std::string& to);
  void texts(std::string_view key, std::vector<std::string>& to, std::size_t most);
  void flag(std::string_view key, bool& to);
  void number(std::string_view key, std::uint64_t& to, std::uint64_t least, std::uint64_t most);
  void span(std::string_view key, duration& to, duration least, duration most);
  void size(std::string_view key, std::uint64_t& to, std::uint64_t least, std::uint64_t most);
  /// A path, taken relative to `base`.
  void file(std::string_view key, std::filesystem::path& to, const std::filesystem::path& base);
  /// The same of a file that must be there and readable by this user; true if it is.
  bool readable_file(std::string_view key, std::filesystem::path& to,
                     const std::filesystem::path& base);
  [[nodiscard]] config_section section(std::string_view key);

  /// Notes a mistake at a key of this section; an empty key means the section itself.
  void fail(std::string_view key, std::string sentence);
  void require(std::string_view key, std::string_view what);
  /// Refuses what was not asked for, with the keys that were.
  void finish();

private:
  const wire::json* find(std::string_view key);
  const std::string* find_text(std::string_view key, std::string_view form);

  const wire::json* from_;
  std::string pointer_;
  std::vector<error>& mistakes_;
  std::vector<std::string> known_;
};

} // namespace loa::host
