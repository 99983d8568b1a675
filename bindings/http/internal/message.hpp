#pragma once

#include <bindings/http/problem.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// \file
/// Requests and answers as the calls see them, without Boost.
namespace loa::http {

enum class method : std::uint8_t { get, post, put, erase, head, options, other };

[[nodiscard]] std::string_view to_string(method m) noexcept;

inline constexpr std::string_view json_type = "application/json";
inline constexpr std::string_view problem_type = "application/problem+json";

struct response {
  int status = 200;
  std::string type; ///< Content-Type; empty where there is no body.
  std::string body;
  std::vector<std::pair<std::string_view, std::string>> fields; ///< Names are literals.
  bool close = false; ///< The connection ends with this answer.

  [[nodiscard]] static response json(int status, std::string body) {
    return {status, std::string(json_type), std::move(body), {}, false};
  }
  [[nodiscard]] static response problem(int status, const error& why);
  [[nodiscard]] static response problem(const error& why) {
    return problem(status_of(why.code), why);
  }
};

/// What becomes of the connection after an answer; `keep_alive` says so to HTTP/1.0 clients.
enum class then : std::uint8_t { go_on, keep_alive, close };

/// Appends the answer as octets: status line, fields, body. `date` is an IMF-fixdate (RFC 9110,
/// section 5.6.7). For HEAD the body is left out and its length is kept.
void append(std::string& to, const response& r, std::string_view date, bool without_body,
            then what_then);

} // namespace loa::http
