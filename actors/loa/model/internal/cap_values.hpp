#pragma once

#include <loa/model/geo.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// The forms of single values in CAP, beyond what XML says about them. Pure functions.
namespace loa::model::cap {

/// The text without white space at its ends.
[[nodiscard]] std::string_view trimmed(std::string_view text) noexcept;
/// The words of a text, separated by white space.
[[nodiscard]] std::vector<std::string_view> words(std::string_view text);
/// Words, of which those with white space in them stand in double quotes; nothing if a quote does
/// not end, or stands within a word.
[[nodiscard]] std::optional<std::vector<std::string>> quoted_words(std::string_view text);
/// The reverse.
[[nodiscard]] std::string quote_words(const std::vector<std::string>& all);

/// xs:decimal: an optional sign, digits, at most one point; no exponent.
[[nodiscard]] std::optional<double> parse_decimal(std::string_view text) noexcept;
/// The shortest decimal that reads as the same number.
[[nodiscard]] std::string write_decimal(double n);

/// "lat,lon" (section 1.5); only the form, not the range.
[[nodiscard]] std::optional<geo_point> parse_pair(std::string_view text) noexcept;
[[nodiscard]] std::string write_pair(const geo_point& p);

/// scheme ":" something (RFC 3986 section 4.3), of the characters that a URI may have.
[[nodiscard]] bool is_absolute_uri(std::string_view text) noexcept;
/// Of the characters that a URI may have, without a scheme.
[[nodiscard]] bool is_relative_uri(std::string_view text) noexcept;
/// type "/" subtype, parameters allowed (RFC 2046).
[[nodiscard]] bool is_mime_type(std::string_view text) noexcept;
/// RFC 4648 section 4, white space allowed.
[[nodiscard]] bool is_base64(std::string_view text) noexcept;
/// 20 octets as 40 hexadecimal digits, or as base64.
[[nodiscard]] bool is_sha1(std::string_view text) noexcept;

} // namespace loa::model::cap
