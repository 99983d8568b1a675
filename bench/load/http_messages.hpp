#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

/// \file
/// As much of HTTP/1.1 (RFC 9112) as measuring needs.
namespace loa::bench {

/// A POST that keeps its connection; `token` may be empty.
[[nodiscard]] std::string post_request(std::string_view target, std::string_view type,
                                       std::string_view token, std::string_view body);

/// A GET that keeps its connection; `token` may be empty.
[[nodiscard]] std::string get_request(std::string_view target, std::string_view token);

/// Any other request with JSON or nothing in it.
[[nodiscard]] std::string other_request(std::string_view method, std::string_view target,
                                        std::string_view token, std::string_view body);

/// A GET that asks for a WebSocket (RFC 6455, section 4.1); `token` may be empty.
[[nodiscard]] std::string upgrade_request(std::string_view target, std::string_view token = {});

struct http_message {
  int status = 0;        ///< 0 in a request.
  std::string_view head; ///< With the first line.
  std::string_view body;
  std::size_t octets = 0; ///< Of the whole message.
};

/// The first message in `in`, if it is there as a whole. Only what states its length is understood.
[[nodiscard]] std::optional<http_message> whole_message(std::string_view in);

/// The status of a GET on a connection of its own, to 127.0.0.1 where no host is named; 0 while
/// nobody answers. Waits for the answer, a second at most.
[[nodiscard]] int status_of_get(std::uint16_t port, std::string_view target,
                                std::uint32_t host = 0x7f000001);

} // namespace loa::bench
