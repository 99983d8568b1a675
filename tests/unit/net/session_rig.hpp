#pragma once

#include "handshake_rig.hpp"

#include <loa/net/peer_session.hpp>

#include <deque>

namespace loa::net::test {

/// Two sessions, "a" that calls and "b", and an ordered line between them in virtual time. Chunks
/// are cut anywhere on the way and take up to `most_delay`.
class session_world {
public:
  /// One end and what its host knows.
  struct host {
    peer_session session;
    std::optional<peer_session::facts> up;
    std::optional<session_ending> ended;
    std::vector<peer_message> got;
    std::optional<instant> timer;
    bool consumes = true;      ///< At once; else what comes stays unread.
    bool stands_still = false; ///< Neither reads nor keeps its timers.
    /// What is on the way to it, oldest first; nothing means that the line was closed.
    std::deque<std::pair<instant, std::optional<bytes>>> coming;
    bool loses = false;     ///< What is sent to it from now on vanishes.
    std::size_t chunks = 0; ///< That its session sent.
    std::size_t longest_chunk = 0;
  };

  session_world(const handshake_settings& caller, const handshake_settings& called,
                const session_options& options = {}, std::uint64_t seed = 1)
      : dice(seed),
        line_dice_(seed + 1),
        a{peer_session(handshake_role::initiator, caller, dice, options)},
        b{peer_session(handshake_role::responder, called, dice, options)} {}

  void start() {
    follow(b, b.session.start(now));
    follow(a, a.session.start(now));
  }
  /// Starts, and goes on until both ends are up.
  void open() {
    start();
    run_for(500ms);
    REQUIRE((a.up && b.up));
  }

  /// Queues and flushes.
  result<void> send(host& from, envelope_lane lane, std::uint16_t kind, bytes content) {
    auto queued = from.session.send(lane, kind, std::move(content));
    flush(from);
    return queued;
  }
  void flush(host& h) { follow(h, h.session.flush(now)); }
  void close(host& h, farewell why) { follow(h, h.session.close(std::move(why), now)); }
  void consume_all(host& h) {
    for (auto& m : h.got) h.session.consumed(m.lane, std::exchange(m.cost, std::uint64_t{0}));
    flush(h);
  }

  /// Lets everything happen that happens until then.
  void run_for(duration span) {
    const auto end = now + span;
    while (step_before(end)) {
    }
    now = end;
  }
  bool step_before(instant end) {
    host* next = nullptr;
    bool timer = false;
    auto at = end;
    for (auto* h : {&a, &b}) {
      if (h->stands_still) continue;
      if (!h->coming.empty() && h->coming.front().first < at) {
        at = h->coming.front().first;
        next = h;
        timer = false;
      }
      if (h->timer && *h->timer < at) {
        at = *h->timer;
        next = h;
        timer = true;
      }
    }
    if (next == nullptr) return false;
    now = std::max(now, at);
    if (timer) {
      next->timer.reset();
      follow(*next, next->session.tick(now));
    } else {
      deliver(*next);
    }
    return true;
  }

  seeded_random dice;

private:
  seeded_random line_dice_;

public:
  host a;
  host b;
  instant now = from_millis(1'000);
  instant wall = today;
  duration most_delay{0};
  bool cuts = false;
  /// May change, lengthen or empty what goes over the line to a host.
  std::function<void(const host& to, bytes&)> on_the_way;

private:
  [[nodiscard]] host& other(const host& h) { return &h == &a ? b : a; }

  void follow(host& h, peer_session::output out) {
    h.timer = out.next_timer;
    for (auto& chunk : out.to_send) {
      ++h.chunks;
      h.longest_chunk = std::max(h.longest_chunk, chunk.size());
      put(other(h), std::move(chunk));
    }
    if (out.up) {
      REQUIRE_FALSE(h.up);
      h.up = std::move(out.up);
    }
    for (auto& m : out.received) {
      if (h.consumes) h.session.consumed(m.lane, std::exchange(m.cost, std::uint64_t{0}));
      h.got.push_back(std::move(m));
    }
    if (out.ended) {
      REQUIRE_FALSE(h.ended);
      CHECK_FALSE(out.next_timer);
      h.ended = std::move(out.ended);
      put(other(h), std::nullopt);
    } else if (h.consumes && !out.received.empty()) {
      flush(h);
    }
  }

  void put(host& to, std::optional<bytes> chunk) {
    if (to.loses || (to.ended && !chunk)) return;
    if (chunk && on_the_way) on_the_way(to, *chunk);
    auto at = now + duration(line_dice_.below(static_cast<std::uint64_t>(most_delay.count()) + 1));
    if (!to.coming.empty()) at = std::max(at, to.coming.back().first);
    to.coming.emplace_back(at, std::move(chunk));
  }

  void deliver(host& h) {
    auto chunk = std::move(h.coming.front().second);
    h.coming.pop_front();
    if (!chunk) return follow(h, h.session.lost("The line was closed."));
    while (!chunk->empty()) {
      const auto size =
          cuts ? 1 + line_dice_.below(line_dice_.chance(0.5) ? 40 : chunk->size()) : chunk->size();
      const auto piece = chunk->substr(0, size);
      chunk->erase(0, size);
      follow(h, h.session.take(piece, now, wall));
    }
  }
};

/// A member of the cluster that keeps to the handshake as the one who calls, and then says to a
/// session whatever it likes, under the right keys.
class insider {
public:
  explicit insider(const session_options& options = {}, const std::string& name = "insider")
      : victim(handshake_role::responder, settings_of(hcmc_.member("victim")), dice_, options) {
    handshake talk(handshake_role::initiator, settings_of(hcmc_.member(name)), dice_);
    auto message = *talk.start();
    (void)victim.start(now);
    while (!seal_) {
      auto answer = victim.take(message, now, today);
      REQUIRE(answer.to_send.size() == 1);
      auto step = talk.take(answer.to_send.front(), today);
      REQUIRE(step);
      message = step->send;
      if (step->terms) {
        seal_.emplace(step->terms->send);
        open_.emplace(step->terms->receive);
      }
    }
  }

  [[nodiscard]] bytes sealed(const envelope& e) {
    bytes out;
    REQUIRE(seal_->seal(e, out));
    return out;
  }
  /// What follows; the envelopes that the victim sends are added to `heard`.
  peer_session::output say(const envelope& e) { return say_octets(sealed(e)); }
  peer_session::output say_octets(bytes_view octets) {
    auto out = victim.take(octets, now, today);
    for (const auto& chunk : out.to_send) REQUIRE(open_->take(chunk, heard));
    return out;
  }
  /// What the victim said last, if it was a farewell.
  [[nodiscard]] std::optional<farewell> last_words() const {
    if (heard.empty() || heard.back().kind != envelope_kind::farewell) return std::nullopt;
    return *read_farewell(heard.back().payload);
  }

private:
  cluster hcmc_{"hcmc"};
  seeded_random dice_{3};
  std::optional<sealer> seal_;
  std::optional<opener> open_;

public:
  instant now = from_millis(1'000);
  peer_session victim;
  std::vector<envelope> heard;
};

} // namespace loa::net::test
