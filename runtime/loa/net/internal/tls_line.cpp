#include <loa/net/internal/tls_line.hpp>

#include <array>

namespace loa::net {

namespace {

/// Names the framing and its version.
constexpr bytes_view greeting("loa\x01");

/// TLS's longest record, so that none is read in part.
constexpr std::size_t record_octets = std::size_t{16} << 10;
/// How many records one line may move before others have their turn.
constexpr int most_records = 32;
/// An idle line keeps no more memory than this for what it sends.
constexpr std::size_t kept_when_idle = std::size_t{64} << 10;

} // namespace

tls_line::tls_line(event_loop& loop, std::shared_ptr<watch> socket,
                   std::shared_ptr<const tls_context> context, tls_role role, line_id id,
                   line_host& host, std::size_t most_unsent_octets)
    : loop_(loop),
      socket_(std::move(socket)),
      channel_(std::move(context), socket_->fd(), role),
      role_(role),
      id_(id),
      host_(host),
      most_unsent_(most_unsent_octets) {}

void tls_line::begin() {
  socket_->hand_to(*this);
  on_ready();
}

void tls_line::send(bytes_view chunk) {
  if (phase_ != phase::open || !broken_.empty()) return;
  if (chunk.empty() || chunk.size() > most_chunk_octets)
    broken_ = "A chunk of " + std::to_string(chunk.size()) +
              " octets was to be sent; a chunk has 1 to " + std::to_string(most_chunk_octets) + ".";
  else if (out_.size() - out_at_ + chunk.size() > most_unsent_)
    broken_ = "The other side does not take what is sent.";
  else
    append_chunk(out_, chunk);
  go_on();
}

void tls_line::close() {
  if (phase_ != phase::open) return;
  phase_ = phase::closing;
  go_on();
}

void tls_line::leave() {
  phase_ = phase::over;
  socket_->leave();
}

void tls_line::go_on() {
  if (std::exchange(going_on_, true)) return;
  loop_.defer([self = weak_from_this()] {
    const auto line = self.lock();
    if (!line) return;
    line->going_on_ = false;
    line->on_ready();
  });
}

void tls_line::on_ready() {
  wants_write_ = false;
  if (!broken_.empty()) return end(broken_);
  if (phase_ == phase::shaking) shake();
  if (phase_ != phase::shaking) read();
  if (phase_ == phase::open || phase_ == phase::closing) write();
  if (phase_ != phase::over) socket_->want(true, wants_write_);
}

/// True if the step is to be made again; ends the line if it cannot be.
bool tls_line::waits(tls_step step) {
  switch (step) {
  case tls_step::done:
    return false;
  case tls_step::wants_write:
    wants_write_ = true;
    return true;
  case tls_step::wants_read:
    return true;
  case tls_step::closed:
    end("The other side closed the line.");
    return true;
  case tls_step::failed:
    break;
  }
  end(channel_.why());
  return true;
}

void tls_line::shake() {
  if (waits(channel_.shake())) return;
  if (role_ == tls_role::calls) {
    phase_ = phase::greeting;
    return;
  }
  phase_ = phase::open;
  out_ = greeting;
  host_.on_line_open(id_);
}

void tls_line::read() {
  std::array<char, record_octets> buffer;
  for (int left = most_records; phase_ != phase::over && (left > 0 || channel_.holds_more());
       --left) {
    std::size_t octets = 0;
    if (waits(channel_.read(buffer, octets))) return;
    took({buffer.data(), octets});
  }
}

void tls_line::took(bytes_view octets) {
  if (phase_ == phase::greeting) {
    const auto part = octets.substr(0, greeting.size() - greeting_.size());
    greeting_ += part;
    octets.remove_prefix(part.size());
    if (!greeting.starts_with(greeting_))
      return end("The other side is no node, or of a release that is not understood here.");
    if (greeting_.size() < greeting.size()) return;
    phase_ = phase::open;
    host_.on_line_open(id_);
  }
  if (phase_ != phase::open) return;
  reader_.take(octets);
  while (phase_ == phase::open) {
    auto chunk = reader_.next();
    if (!chunk) return end(chunk.error().detail);
    if (!*chunk) return;
    host_.on_line_chunk(id_, **std::move(chunk));
  }
}

void tls_line::write() {
  for (int left = most_records; out_at_ < out_.size(); --left) {
    if (left == 0) {
      wants_write_ = true; // after others
      break;
    }
    std::size_t octets = 0;
    if (waits(channel_.write(bytes_view(out_).substr(out_at_, record_octets), octets))) break;
    out_at_ += octets;
  }
  if (phase_ == phase::over) return;
  if (out_at_ > out_.size() / 2) out_.erase(0, std::exchange(out_at_, 0));
  if (!out_.empty()) return;
  if (out_.capacity() > kept_when_idle) out_ = bytes();
  if (phase_ != phase::closing || said_goodbye_ || waits(channel_.say_goodbye())) return;
  said_goodbye_ = true;
  ::shutdown(socket_->fd(), SHUT_WR);
}

void tls_line::end(const std::string& why) {
  if (phase_ == phase::over) return;
  leave();
  host_.on_line_over(id_, why);
}

} // namespace loa::net
