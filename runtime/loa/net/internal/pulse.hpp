#pragma once

#include <loa/net/session_options.hpp>

namespace loa::net {

/// The signs of life of a session, both ways: when to give one, and when the peer has given none
/// for too long.
class pulse {
public:
  explicit pulse(const session_options& options);

  void begin(instant now);
  /// Something came from the peer.
  void seen(instant now);
  /// And it was a heartbeat.
  void heard(instant now);

  /// True once when a heartbeat of our own is due.
  [[nodiscard]] bool beat(instant now);
  /// The host takes a step. If it stood still before, signs of life may lie unread, so the wait for
  /// one begins again, once.
  void host_runs(instant now);
  /// True if the peer is to be given up.
  [[nodiscard]] bool is_silent(instant now) const { return now >= deadline(); }

  [[nodiscard]] instant next() const;
  [[nodiscard]] double phi(instant now) const { return detector_.phi(now); }

private:
  [[nodiscard]] instant deadline() const;

  duration interval_;
  duration most_silence_;
  failure_detector detector_;
  instant next_beat_;
  instant seen_;
  instant host_ran_;
  bool forgave_ = false;
};

} // namespace loa::net
