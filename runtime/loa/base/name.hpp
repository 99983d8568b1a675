#pragma once

#include <loa/base/result.hpp>

#include <compare>
#include <functional>
#include <string>
#include <string_view>

namespace loa {

/// A path of codes from the root of a hierarchy, "79.769.26794".
///
/// Segments hold 1 to 32 of [0-9A-Za-z_-]; at most 16 segments and 128 octets.
class path {
public:
  path() = default;

  [[nodiscard]] static result<path> parse(std::string_view text);

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }

  /// The path without its last segment; empty for a root.
  [[nodiscard]] path parent() const;
  /// The last segment.
  [[nodiscard]] std::string_view code() const noexcept;
  /// The number of segments.
  [[nodiscard]] std::size_t depth() const noexcept;
  /// True if `other` is this path or lies below it. An empty path contains everything.
  [[nodiscard]] bool contains(const path& other) const noexcept;
  /// This path with one segment more; the segment must be valid.
  [[nodiscard]] path child(std::string_view code) const;

  auto operator<=>(const path&) const = default;

private:
  explicit path(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// True if one of the two contains the other: what is meant for `a` concerns somebody in `b`.
[[nodiscard]] inline bool overlap(const path& a, const path& b) noexcept {
  return a.contains(b) || b.contains(a);
}

/// The name of an entity: kind, home and, for kinds of which a home has many, an identity of its
/// own.
///
/// "unit/79.769.26794", "device/79.769.26794/spk-0012". The home says where an entity lives, so any
/// node can route by the name alone. A name is never reused for something else. At most 240 octets;
/// the kind is 1 to 16 of [a-z_], the local part 1 to 96 of [0-9A-Za-z._~@:+-].
class name {
public:
  name() = default;

  [[nodiscard]] static result<name> parse(std::string_view text);
  /// Builds a name from parts that are known to be good; asserts otherwise.
  [[nodiscard]] static name of(std::string_view kind, const path& home,
                               std::string_view local = {});

  [[nodiscard]] const std::string& str() const noexcept { return text_; }
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] std::string_view kind() const noexcept;
  [[nodiscard]] path home() const;
  [[nodiscard]] std::string_view home_text() const noexcept;
  /// The part after the home; empty if there is none.
  [[nodiscard]] std::string_view local() const noexcept;

  auto operator<=>(const name&) const = default;

private:
  explicit name(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

/// True if entities can be addressed by this kind: 1 to 16 of [a-z_].
[[nodiscard]] constexpr bool is_kind_of_name(std::string_view kind) noexcept {
  if (kind.empty() || kind.size() > 16) return false;
  for (const char c : kind)
    if ((c < 'a' || c > 'z') && c != '_') return false;
  return true;
}

} // namespace loa

template <>
struct std::hash<loa::name> {
  std::size_t operator()(const loa::name& n) const noexcept {
    return std::hash<std::string>{}(n.str());
  }
};

template <>
struct std::hash<loa::path> {
  std::size_t operator()(const loa::path& p) const noexcept {
    return std::hash<std::string>{}(p.str());
  }
};
