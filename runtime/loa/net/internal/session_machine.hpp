#pragma once

#include <loa/net/internal/incoming_lane.hpp>
#include <loa/net/internal/line_writer.hpp>
#include <loa/net/internal/outgoing_lane.hpp>
#include <loa/net/internal/pulse.hpp>
#include <loa/net/internal/session_opening.hpp>
#include <loa/net/peer_session.hpp>

#include <array>

namespace loa::net {

/// See peer_session.hpp; the members of the same names are the same.
class peer_session::machine {
public:
  machine(handshake_role role, handshake_settings settings, random_source& random,
          const session_options& options);
  machine(const machine&) = delete; // the lanes look at its options
  machine& operator=(const machine&) = delete;

  output start(instant now);
  output take(bytes_view octets, instant now, instant wall);
  output tick(instant now);
  result<void> send(envelope_lane l, std::uint16_t kind, bytes content);
  void consumed(envelope_lane l, std::uint64_t cost);
  output flush(instant now);
  output close(farewell why, instant now);
  output lost(std::string why);

  [[nodiscard]] bool is_up() const noexcept { return stage_ == stage::open; }
  [[nodiscard]] bool has_ended() const noexcept { return stage_ == stage::ended; }
  [[nodiscard]] session_figures figures() const;
  [[nodiscard]] double phi(instant now) const { return is_up() ? pulse_.phi(now) : 0; }

private:
  enum class stage : std::uint8_t {
    created,
    opening,    // the handshake
    confirming, // a responder has the keys, and waits for a sign that the initiator has them, too
    open,
    ended
  };
  struct lane {
    outgoing_lane out;
    incoming_lane in;
  };

  [[nodiscard]] lane& on(envelope_lane l) { return lanes_[static_cast<std::size_t>(l)]; }
  void follow(session_opening::step s, output& out, instant now);
  void agree(session_terms terms, output& out, instant now);
  void open(output& out, instant now);
  void read(bytes_view octets, output& out, instant now);
  [[nodiscard]] result<void> handle(const envelope& e, output& out, instant now);
  [[nodiscard]] result<void> take_credit(const envelope& e);
  void say(const farewell& f);
  void distrust(const error& e, output& out);
  void end(session_ending how, output& out);
  void pump(output& out, instant now);
  [[nodiscard]] output finish(output out, instant now);

  session_options options_;
  stage stage_ = stage::created;
  std::optional<session_opening> opening_;
  instant patience_ends_;
  facts facts_;
  std::optional<line_writer> writer_;
  std::optional<opener> opener_;
  std::array<lane, 2> lanes_;
  pulse pulse_;
  session_figures figures_; // those of no lane
};

} // namespace loa::net
