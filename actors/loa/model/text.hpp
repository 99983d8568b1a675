#pragma once

#include <loa/base/result.hpp>

#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// Text that people wrote. Everything in Loa is UTF-8 (RFC 3629) in normalisation form C (UAX #15):
/// "ệ" may arrive as one character or as three, and must be equal to itself. All functions are
/// pure.
namespace loa::model {

/// True if `text` is UTF-8 as RFC 3629 has it: no overlong forms, surrogates or truncated
/// characters.
[[nodiscard]] bool valid_utf8(std::string_view text) noexcept;

/// What a text may be.
struct text_rule {
  std::size_t least = 0;              ///< Octets after normalisation.
  std::size_t most = std::size_t(-1); ///< Octets after normalisation.
  bool lines = false;                 ///< Line feeds and tabs are allowed; CR LF becomes LF.
};

/// `text` in NFC, if it is UTF-8 and keeps the rule. Control characters (C0, DEL, C1) and
/// noncharacters are refused: they do things to terminals, boards and speech programs.
/// The error has code `malformed` (not UTF-8), `too_large` or `rule`, and an empty pointer.
[[nodiscard]] result<std::string> clean_text(std::string_view text, const text_rule& rule = {});

/// `text` in NFC; what is not UTF-8 in it becomes U+FFFD.
[[nodiscard]] std::string to_nfc(std::string_view text);

/// The number of terminal cells that `text` takes: 0 for combining marks, 2 for wide characters.
[[nodiscard]] std::size_t columns(std::string_view text);

enum class align { left, right };

/// `text` in exactly `width` cells: padded with spaces, or cut with "…" at its end. Control
/// characters become spaces, so that a line stays a line.
[[nodiscard]] std::string fit(std::string_view text, std::size_t width, align where = align::left);

/// True if `tag` has the shape of a language tag (BCP 47, RFC 5646): "vi", "en-US", "zh-Hant-TW".
/// At most 35 octets. Whether the subtags are registered is not looked up.
[[nodiscard]] bool is_language_tag(std::string_view tag) noexcept;

/// The tag in the letter case that RFC 5646 section 2.1.1 recommends: "EN-us" is "en-US".
[[nodiscard]] std::string canonical_language(std::string_view tag);

} // namespace loa::model
