#include "fuzz.hpp"
#include "net_world.hpp"

#include <loa/net/internal/octets.hpp>
#include <loa/net/peer_session.hpp>

#include <algorithm>

/// \file
/// What a peer says to a session. The first octet says who speaks: 0, a stranger, from the first
/// octet on; 1, somebody on the line once the handshake is over; 2, a member of the cluster, whose
/// envelopes are sealed with the right key; 3, the same, to a host that does not consume. Of those
/// the rest is a list of envelopes: kind u8, lane u8, flags u8, length u16 and the payload; kind
/// 255 instead lets time pass.

namespace {

using namespace loa;
using fuzz::require;

const fuzz::net_world& world() {
  static const fuzz::net_world w;
  return w;
}

/// Small, so that a short input reaches the limits.
net::session_options limits() {
  net::session_options o;
  o.window = 2'048;
  o.piece_octets = 256;
  o.most_message_octets = 4'096;
  return o;
}

/// A session that was called, its host, and the keys of who called it.
class victim {
public:
  victim() : session_(net::handshake_role::responder, world().b, dice_, limits()) {
    follow(session_.start(now_));
  }

  /// Leads it through the handshake as an honest initiator.
  void be_called() {
    seeded_random dice(21);
    net::handshake talk(net::handshake_role::initiator, world().a, dice);
    auto message = *talk.start();
    while (!talk.over()) {
      sent_.clear();
      take(message);
      auto step = talk.take(sent_, fuzz::net_world::now);
      require(step.has_value(), "an honest caller is let in");
      message = std::move(step->send);
      if (step->terms) keys_ = std::move(step->terms);
    }
    seal_.emplace(keys_->send);
  }

  void take(bytes_view octets) {
    const bool was_over = session_.has_ended();
    auto out = session_.take(octets, now_, fuzz::net_world::now);
    require(!was_over || (out.received.empty() && !out.ended && out.to_send.empty()),
            "nothing is taken after the end");
    follow(std::move(out));
  }
  void pass(duration span) {
    now_ += span;
    follow(session_.tick(now_));
  }
  void say(const net::envelope& e) {
    bytes octets;
    require(seal_->seal(e, octets).has_value(), "an envelope within the limits is sealed");
    take(octets);
  }
  [[nodiscard]] bool over() const { return session_.has_ended(); }
  [[nodiscard]] bool up() const { return was_up_; }

  bool consumes = true;
  std::size_t received = 0;

private:
  void follow(net::peer_session::output out) {
    for (const auto& chunk : out.to_send) {
      require(!chunk.empty() && chunk.size() <= std::size_t{1} << 20, "a chunk fits a line");
      sent_ += chunk;
    }
    if (out.up) {
      require(!was_up_, "a session is up once");
      was_up_ = true;
    }
    require(was_up_ || out.received.empty(), "nobody is heard who is not proved");
    for (const auto& m : out.received) {
      ++received;
      require(m.content.size() <= limits().most_message_octets, "no message is over the limit");
      unread_ += m.content.size();
      if (!consumes) continue;
      unread_ = 0;
      session_.consumed(m.lane, m.cost);
    }
    require(unread_ <= 2 * (limits().most_message_octets + limits().window),
            "a host that does not consume holds a bounded amount");
    for (const auto l : {net::envelope_lane::ordinary, net::envelope_lane::emergency})
      require(session_.figures().of(l).octets_unread <=
                  limits().most_message_octets + limits().window,
              "a lane holds a bounded amount");
    require(out.ended.has_value() == (session_.has_ended() && !was_over_),
            "an end is said once, when it comes");
    was_over_ = session_.has_ended();
    require(was_over_ != out.next_timer.has_value(), "a session has a timer until it ends");
    if (out.ended)
      require(!out.ended->label.empty() && !out.ended->detail.empty(), "an end has a reason");
  }

  seeded_random dice_{22};
  instant now_ = from_millis(1'000);
  net::peer_session session_;
  std::optional<net::session_terms> keys_;
  std::optional<net::sealer> seal_;
  bytes sent_;
  std::size_t unread_ = 0;
  bool was_up_ = false;
  bool was_over_ = false;
};

void throw_octets(victim& v, bytes_view octets) {
  while (!octets.empty()) {
    const auto piece =
        std::min<std::size_t>(octets.size(), 1 + static_cast<unsigned char>(octets.front()) % 64U);
    v.take(octets.substr(0, piece));
    octets.remove_prefix(piece);
  }
}

void say_envelopes(victim& v, bytes_view script) {
  net::octet_reader in(script);
  while (!in.failed() && !in.done() && !v.over()) {
    const auto kind = static_cast<std::uint8_t>(in.number(1));
    const auto lane = static_cast<net::envelope_lane>(in.number(1) % 2);
    const auto flags = static_cast<std::uint16_t>(in.number(1));
    if (kind == 255) {
      v.pass(duration(flags * 50));
      continue;
    }
    v.say({static_cast<net::envelope_kind>(kind), lane, flags, bytes(in.sized(2))});
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0 || data[0] > 3) return 0;
  const auto rest = fuzz::input(data + 1, size - 1);
  victim v;
  if (data[0] == 0) {
    throw_octets(v, rest);
    require(!v.up(), "no stranger is let in");
    return 0;
  }
  v.be_called();
  v.consumes = data[0] != 3;
  if (data[0] == 1) {
    throw_octets(v, rest);
    require(v.received == 0, "nobody on the line is heard in the peer's name");
  } else {
    say_envelopes(v, rest);
  }
  v.pass(std::chrono::minutes(1));
  v.pass(std::chrono::minutes(1));
  require(v.over(), "a session with who says nothing more comes to its end");
  return 0;
}
