#pragma once

#include <loa/base/error.hpp>

#include <string>
#include <string_view>

/// \file
/// Errors as HTTP shows them: problem details, RFC 9457.
namespace loa::http {

/// The status that an error becomes.
///
///     malformed 400     unauthenticated 401   forbidden 403   not_found 404   conflict 409
///     too_large 413     unsupported 415       rule 422        too_many 429
///     unavailable, timeout, storage_full, storage, corrupt 503        version, internal 500
[[nodiscard]] int status_of(errc code) noexcept;

/// The registered reason phrase of a status (RFC 9110, section 15).
[[nodiscard]] std::string_view reason_of(int status) noexcept;

/// What a client is told of an error. What it says of our own insides, or of the journal's, is for
/// the log and does not leave the node.
[[nodiscard]] std::string_view outward_detail(const error& why) noexcept;

/// The body of an `application/problem+json` answer. `type` is "about:blank" where the status says
/// it all, as RFC 9457 section 4.2.1 has it; `title` is the status' phrase, `detail` the error's
/// sentence, and `pointer`, where the error has one, the place in the request's body.
[[nodiscard]] std::string problem_body(int status, const error& why);

} // namespace loa::http
