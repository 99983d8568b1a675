#pragma once

#include <bindings/http/internal/connection.hpp>
#include <bindings/http/internal/stream_session.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

namespace loa::http {

/// Checks the opening handshake of a WebSocket (RFC 6455, section 4.2) and computes the accept
/// value; the answer if it is not a good one.
[[nodiscard]] std::optional<response>
judge_upgrade(const boost::beast::http::request<boost::beast::http::string_body>& head,
              std::string& accept);

/// WebSocket (RFC 6455) on one connection, without extensions.
class stream_side final : public protocol, private stream {
public:
  /// The stream ends when the token does that it was opened with, if it was.
  stream_side(connection& c, std::unique_ptr<stream_session> session,
              const std::optional<claims>& token);
  ~stream_side() override;

  [[nodiscard]] stream_session& session() noexcept { return *session_; }
  /// Sends the frame of an entry, unless the client reads too slowly: then the stream ends.
  void deliver(const node::feed_entry_ptr& entry);
  /// Entries for this client may have been lost on the way here.
  void overflow();
  /// Sends a close frame and waits for the client's.
  void close(std::uint16_t code, std::string_view reason);
  void send_text(std::string_view message) override;

  void on_begin() override;
  void on_data(std::string_view data) override;
  void on_end() override;
  void on_deadline(steady_time now) override;
  void on_drain() override;
  void on_gone() override;

private:
  [[nodiscard]] connection_id id() const override { return connection_.id(); }
  void on_event(const stream_event& e);
  void fault(const stream_fault& f);
  void send(shared_text frame);
  [[nodiscard]] bool too_fast(std::uint32_t frames);
  [[nodiscard]] figures& counted() const;

  connection& connection_;
  std::unique_ptr<stream_session> session_;
  frame_reader reader_;
  std::uint32_t budget_;            // messages that the client may send now
  std::uint32_t budget_second_ = 0; // when it was last filled up
  std::uint8_t unanswered_ = 0;     // pings
  bool closing_ = false;
  bool gone_ = false;
  const bool watched_; // for its token
};

} // namespace loa::http
