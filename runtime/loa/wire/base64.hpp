#pragma once

#include <loa/base/bytes.hpp>

#include <optional>
#include <string>

namespace loa::wire {

/// Base64 with the standard alphabet and padding (RFC 4648, section 4).
[[nodiscard]] std::string base64_encode(bytes_view data);
/// Nothing if `text` is not canonical base64.
[[nodiscard]] std::optional<bytes> base64_decode(std::string_view text);

/// Base64 with the URL-safe alphabet, without padding (RFC 4648, section 5), as JWT uses it.
[[nodiscard]] std::string base64url_encode(bytes_view data);
[[nodiscard]] std::optional<bytes> base64url_decode(std::string_view text);

} // namespace loa::wire
