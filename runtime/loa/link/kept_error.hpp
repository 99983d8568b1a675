#pragma once

#include <loa/base/error.hpp>
#include <loa/wire/describe.hpp>

namespace loa::link {

/// An error as it is stored and as it travels: short, since many may be kept.
struct kept_error {
  /// The longest text, in bytes; a longer one is cut between two characters.
  static constexpr std::size_t max_text = 300;

  std::uint64_t code = 0; ///< An errc.
  std::string detail;
  std::string pointer; ///< Left out where it is longer than a text may be.

  [[nodiscard]] static kept_error of(const error& e);
  /// A code that this release does not know is `internal`.
  [[nodiscard]] error to_error() const;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("detail", self.detail);
    f.optional("pointer", self.pointer);
  }
  bool operator==(const kept_error&) const = default;
};

} // namespace loa::link
