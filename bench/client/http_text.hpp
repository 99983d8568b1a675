#pragma once

#include <fmt/format.h>

#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace loa::bench {

/// A request of HTTP/1.1 (RFC 9112) that keeps its connection.
[[nodiscard]] inline std::string post_request(std::string_view target, std::string_view type,
                                              std::string_view token, std::string_view body) {
  std::string authorization;
  if (!token.empty()) authorization = fmt::format("Authorization: Bearer {}\r\n", token);
  return fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}Content-Type: {}\r\n"
                     "Content-Length: {}\r\n\r\n{}",
                     target, authorization, type, body.size(), body);
}

struct response {
  int status = 0;
  std::string_view body;
  std::size_t octets = 0; ///< Of the whole response.
};

/// The first response in `in`, if it is there as a whole. Only what states its length is
/// understood.
[[nodiscard]] inline std::optional<response> whole_response(std::string_view in) {
  auto end = in.find("\r\n\r\n");
  if (end == std::string_view::npos || in.size() < 12) return std::nullopt;
  std::string head(in.substr(0, end + 2));
  for (char& c : head)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  response out;
  out.status = std::atoi(head.c_str() + 9);
  auto length = head.find("\r\ncontent-length:");
  std::size_t octets =
      length == std::string::npos ? 0 : std::strtoul(head.c_str() + length + 17, nullptr, 10);
  out.octets = end + 4 + octets;
  if (in.size() < out.octets) return std::nullopt;
  out.body = in.substr(end + 4, octets);
  return out;
}

} // namespace loa::bench
