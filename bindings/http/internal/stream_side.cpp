#include <bindings/http/internal/stream_side.hpp>
#include <bindings/http/internal/worker.hpp>
#include <loa/wire/base64.hpp>

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/rfc7230.hpp>
#include <boost/beast/websocket/rfc6455.hpp>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

namespace loa::http {

namespace {

constexpr std::uint32_t seconds_of_burst = 10;
constexpr std::uint8_t most_unanswered = 2;
/// Beyond it a pong is not worth sending: the client does not read what it asks for.
constexpr std::size_t most_waiting_for_pong = 4096;

std::string accept_value(std::string_view key) {
  const auto text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), hash.data(), &size, EVP_sha1(), nullptr);
  return wire::base64_encode({reinterpret_cast<const char*>(hash.data()), size});
}

} // namespace

std::optional<response>
judge_upgrade(const boost::beast::http::request<boost::beast::http::string_body>& head,
              std::string& accept) {
  using boost::beast::http::field;
  if (!boost::beast::websocket::is_upgrade(head)) {
    auto r =
        response::problem(426, {errc::unsupported, "This call is a WebSocket (RFC 6455).", {}});
    r.fields.emplace_back("Upgrade", "websocket");
    r.fields.emplace_back("Connection", "Upgrade");
    return r;
  }
  if (head[field::sec_websocket_version] != "13") {
    auto r =
        response::problem(426, {errc::unsupported, "WebSocket version 13 is spoken here.", {}});
    r.fields.emplace_back("Sec-WebSocket-Version", "13");
    return r;
  }
  const auto key = head[field::sec_websocket_key];
  const auto nonce = wire::base64_decode({key.data(), key.size()});
  if (head.count(field::sec_websocket_key) != 1 || !nonce || nonce->size() != 16)
    return response::problem(
        {errc::malformed, "Sec-WebSocket-Key must be 16 octets in base64, once.", {}});
  accept = accept_value({key.data(), key.size()});
  return std::nullopt;
}

stream_side::stream_side(connection& c, std::unique_ptr<stream_session> session,
                         const std::optional<claims>& token)
    : connection_(c),
      session_(std::move(session)),
      reader_(c.home().limits().stream_message_octets),
      budget_(static_cast<std::uint32_t>(c.home().limits().stream_messages_per_second) *
              seconds_of_burst),
      watched_(token.has_value()) {
  if (token) c.home().tokens().add(c.id(), *token);
}

stream_side::~stream_side() {
  if (watched_) connection_.home().tokens().remove(connection_.id());
}

figures& stream_side::counted() const {
  return connection_.home().shared().figures;
}

void stream_side::on_begin() {
  connection_.set_deadline(connection_.home().now() + connection_.home().limits().ping);
  session_->opened(*this);
}

void stream_side::on_gone() {
  if (!std::exchange(gone_, true)) session_->closed();
}

// -- out ------------------------------------------------------------------------------------------

void stream_side::send(shared_text frame) {
  const auto& limits = connection_.home().limits();
  const auto& waiting = connection_.unsent();
  if (waiting.chunks() >= limits.stream_frames ||
      waiting.octets() + frame->size() > std::max(limits.stream_octets, frame->size()))
    return overflow();
  connection_.send(std::move(frame));
}

void stream_side::overflow() {
  if (closing_) return;
  counted().overflowed.add();
  connection_.forget_unsent();
  close(close_code::try_later,
        "Too much waits for you: read faster, or come back and go on from your position.");
}

void stream_side::deliver(const node::feed_entry_ptr& entry) {
  if (closing_ || !entry->entry.body || !session_->delivered(entry)) return;
  counted().frames.add();
  send(connection_.home().frames().of(entry));
}

void stream_side::send_text(std::string_view message) {
  if (closing_) return;
  auto frame = std::make_shared<std::string>();
  append_frame(*frame, opcode::text, message);
  send(std::move(frame));
}

void stream_side::close(std::uint16_t code, std::string_view reason) {
  if (std::exchange(closing_, true)) return;
  auto frame = std::make_shared<std::string>();
  append_frame(*frame, opcode::close, close_payload(code, reason));
  connection_.send(std::move(frame));
  connection_.set_deadline(connection_.home().now() + connection_.home().limits().linger);
  // No need to wait for the end of the connection: nothing reaches the client any more.
  on_gone();
}

// -- in -------------------------------------------------------------------------------------------

bool stream_side::too_fast(std::uint32_t frames) {
  const auto per_second =
      static_cast<std::uint32_t>(connection_.home().limits().stream_messages_per_second);
  const auto second =
      static_cast<std::uint32_t>(std::chrono::floor<std::chrono::seconds>(connection_.home().now())
                                     .time_since_epoch()
                                     .count());
  const auto passed = std::min(second - budget_second_, seconds_of_burst);
  budget_second_ = second;
  budget_ = std::min(budget_ + passed * per_second, per_second * seconds_of_burst);
  if (frames > budget_) return true;
  budget_ -= frames;
  return false;
}

void stream_side::on_data(std::string_view data) {
  std::vector<stream_event> events;
  const auto failure = reader_.read(data, events);
  const bool hurried = too_fast(reader_.take_count());
  for (const auto& e : events) on_event(e);
  if (failure) return fault(*failure);
  if (hurried) fault({close_code::policy, "Too many messages in too short a time."});
}

void stream_side::on_event(const stream_event& e) {
  switch (e.what) {
  case opcode::text:
    if (closing_) return;
    if (auto failure = session_->said(e.payload)) fault(*failure);
    return;
  case opcode::ping: {
    if (closing_ || connection_.unsent().octets() > most_waiting_for_pong) return;
    auto frame = std::make_shared<std::string>();
    append_frame(*frame, opcode::pong, e.payload);
    return connection_.send(std::move(frame));
  }
  case opcode::pong:
    unanswered_ = 0;
    return;
  case opcode::close:
    close(e.code == 0 ? close_code::normal : e.code, {});
    return connection_.finish();
  default:
    return;
  }
}

void stream_side::fault(const stream_fault& f) {
  if (closing_) return;
  counted().faults.add();
  close(f.code, f.reason);
  // Who breaks the protocol will not close by it (RFC 6455, section 7.1.7).
  if (f.code == close_code::protocol || f.code == close_code::too_big) connection_.finish();
}

void stream_side::on_end() {
  closing_ = true;
  connection_.end();
}

void stream_side::on_deadline(steady_time now) {
  if (closing_) return connection_.unsent().empty() ? connection_.finish() : connection_.end();
  if (unanswered_ >= most_unanswered) return connection_.end();
  ++unanswered_;
  static const auto ping = [] {
    auto frame = std::make_shared<std::string>();
    append_frame(*frame, opcode::ping, {});
    return shared_text(std::move(frame));
  }();
  connection_.set_deadline(now + connection_.home().limits().ping);
  send(ping);
}

void stream_side::on_drain() {
  close(close_code::going_away,
        "This node is about to stop; come back and go on from your position.");
}

} // namespace loa::http
