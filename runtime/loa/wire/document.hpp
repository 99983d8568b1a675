#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <nlohmann/json_fwd.hpp>

#include <limits>
#include <memory>
#include <string>

namespace loa::wire {

using json = nlohmann::json;

/// What a reader accepts before it has looked at the content.
struct parse_limits {
  std::size_t octets = 1U << 20;
  std::size_t depth = 32;
  bool comments = false; ///< Allow // and /* */ in JSON text; for config files only.
  /// How many values there may be, containers and what is in them: a value takes some 60 octets of
  /// memory and may take one of the input.
  std::size_t values = std::numeric_limits<std::size_t>::max();
};

/// For what a node wrote into its own journal: it must be able to read it, whatever it is.
inline constexpr parse_limits journal_limits{.octets = 1U << 28, .depth = 64};

/// A parsed tree of JSON's data model (RFC 8259) that can be written as JSON text or as CBOR
/// (RFC 8949). Move-only; one thread at a time.
class document {
public:
  document();
  document(document&&) noexcept;
  document& operator=(document&&) noexcept;
  ~document();

  /// Reads JSON text, which must be valid UTF-8. The error names line and column, or a doubled key.
  [[nodiscard]] static result<document> from_json(bytes_view text, const parse_limits& limits = {});
  /// Reads exactly one CBOR item. Hostile lengths and nesting are refused, not allocated.
  [[nodiscard]] static result<document> from_cbor(bytes_view data, const parse_limits& limits = {});

  [[nodiscard]] json& root() noexcept { return *root_; }
  [[nodiscard]] const json& root() const noexcept { return *root_; }

  /// Compact if `indent` is negative. Text that is not UTF-8 is written with U+FFFD.
  [[nodiscard]] std::string to_json(int indent = -1) const;
  [[nodiscard]] bytes to_cbor() const;

private:
  std::unique_ptr<json> root_;
};

} // namespace loa::wire
