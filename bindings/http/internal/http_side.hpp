#pragma once

#include <bindings/http/internal/chunk_framing.hpp>
#include <bindings/http/internal/connection.hpp>
#include <bindings/http/internal/stream_session.hpp>

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <deque>
#include <optional>

namespace loa::http {

/// HTTP/1.1 (RFC 9112) on one connection: reads requests, answers them in their order, several at a
/// time where the client pipelines.
class http_side final : public protocol {
public:
  explicit http_side(connection& c);

  /// The answer to a request of this connection.
  void answer(std::uint32_t sequence, response r);
  /// The entity's word on the stream that a client has asked for.
  void stream_judged(const result<void>& verdict);

  void on_data(std::string_view data) override;
  void on_end() override;
  void on_sent() override;
  void on_deadline(steady_time now) override;
  void on_drain() override;
  [[nodiscard]] bool wants_data() const override;

private:
  using parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  enum class stage { idle, header, body };

  /// A stream that opens as soon as its entity has answered.
  struct opening {
    std::unique_ptr<stream_session> session;
    std::string accept;
    std::optional<claims> token;
  };

  struct pending {
    std::optional<response> ready;
    steady_time since;
    bool without_body = false;
    http::then then = http::then::go_on;
  };

  void parse(std::string_view& data);
  void on_header();
  void on_request(std::string_view rest);
  void on_parse_error(const boost::system::error_code& why);
  void on_bad_framing(std::string_view why);
  void read_fields();
  /// What is wrong with the request as far as its header tells (http_judgement.cpp).
  [[nodiscard]] std::optional<response> judge();
  /// What is wrong with how it tells where its body ends (http_length.cpp); the connection
  /// ends with it.
  [[nodiscard]] std::optional<response> judge_length();
  [[nodiscard]] std::optional<response> judge_key();
  [[nodiscard]] std::optional<response> judge_body();
  [[nodiscard]] std::optional<response> judge_pace();
  void open_stream(std::string_view rest);
  void switch_protocols(opening o, std::string_view rest);
  std::uint32_t expect_answer(bool without_body);
  /// Answers at once, and ends the connection after that.
  void refuse(response r);
  void send_ready();
  void rest_until_next();
  [[nodiscard]] gateway& shared() const;
  /// Of the call's body, in octets.
  [[nodiscard]] std::size_t most_body() const;
  [[nodiscard]] error too_large() const;

  connection& connection_;
  std::optional<parser> parser_;
  request request_;
  route route_;
  std::optional<response> verdict_; // decided before the body was read
  std::optional<opening> opening_;
  std::string in_; // of a header that is not complete, or not looked at yet
  std::deque<pending> pending_;
  std::size_t header_octets_ = 0; // of the request that is being read
  chunk_framing framing_;         // likewise
  std::uint32_t first_ = 0;       // the sequence number of the first pending request
  stage stage_ = stage::idle;
  bool closing_ = false; // no further request is read
  bool parsing_ = false; // answers wait until all that came has been parsed
};

} // namespace loa::http
