#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace loa::cli {

/// Where a node is reached.
struct node_url {
  bool tls = false;
  std::string host = "127.0.0.1";
  std::uint16_t port = 8135;

  /// Reads "http://HOST[:PORT]" or "https://HOST[:PORT]"; the port is 8135 unless said otherwise.
  [[nodiscard]] static result<node_url> parse(std::string_view text);
  [[nodiscard]] std::string str() const;
};

struct http_call {
  std::string method = "GET";
  std::string target = "/";
  bytes body;
  std::string content_type; ///< Empty if there is no body.
  std::string key;          ///< Idempotency-Key; empty for none.
};

struct http_answer {
  int status = 0;
  std::string content_type;
  bytes body;
};

struct client_options {
  node_url node;
  std::string token;     ///< Bearer token; empty for none.
  std::string authority; ///< PEM file with the authorities to trust; empty: the system's.
  std::chrono::milliseconds timeout =
      std::chrono::seconds(30);        ///< For one call, connecting included.
  std::size_t most_answer = 64U << 20; ///< Octets.
};

/// Speaks to one node, one call after the other over one kept connection. One thread.
class http_client {
public:
  explicit http_client(client_options options);
  ~http_client();

  /// Any answer of the node, whatever its status. The error is a sentence for people: nobody
  /// listens there, the name is unknown, the certificate is not to be trusted, no answer in time. A
  /// call whose connection broke may have been carried out: repeat it with the same key.
  [[nodiscard]] result<http_answer> send(const http_call& call);

  /// The same, but a status of 400 and above is an error as well, made of the problem in the body.
  [[nodiscard]] result<http_answer> expect(const http_call& call);

private:
  class impl;
  std::unique_ptr<impl> impl_;
};

/// `text` as one segment of a path or one value of a query (RFC 3986).
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// The error that an answer with a status of 400 and above stands for (RFC 9457).
[[nodiscard]] error problem_of(const http_answer& answer);

} // namespace loa::cli
