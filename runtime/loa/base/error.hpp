#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace loa {

/// What kind of thing went wrong. The numbers are stored and travel between nodes: never reuse one.
enum class errc : std::uint8_t {
  malformed = 1,       ///< The input cannot be read at all.
  unauthenticated = 2, ///< No token, or one that proves nothing.
  forbidden = 3,       ///< The caller is known and may not do this.
  not_found = 4,       ///< No such thing.
  conflict = 5,        ///< Wrong state, or the same key with other content.
  too_large = 6,       ///< Over a limit; the text names the limit.
  unsupported = 7,     ///< A media type, version or feature this build does not speak.
  rule = 8,            ///< Readable, but against a rule; the text names the rule.
  too_many = 9,        ///< The caller goes too fast; later is fine.
  unavailable = 10,    ///< Not now: starting, stopping, restarting or quarantined.
  timeout = 11,        ///< No answer in time; it may still have been done.
  storage_full = 12,   ///< No room on the disk or in the map.
  storage = 13,        ///< The disk refused in another way.
  corrupt = 14,        ///< Stored data is damaged.
  version = 15,        ///< Stored data is of a version this build does not read.
  internal = 16,       ///< A defect of ours.
};

/// The name of a code as it stands in logs, JSON and metrics, for example "not_found".
[[nodiscard]] std::string_view to_string(errc code) noexcept;

/// An error as a value: what happened, a sentence for people, and where.
struct error {
  errc code = errc::internal;
  /// One sentence: what is wrong and, where it helps, what to do.
  std::string detail;
  /// Where in the input: a JSON pointer (RFC 6901), an element path or a file position. May be
  /// empty.
  std::string pointer;

  /// "detail (at pointer)", for logs and terminals.
  [[nodiscard]] std::string to_string() const;
  bool operator==(const error&) const = default;
};

} // namespace loa
