#include <loa/net/internal/pulse.hpp>

#include <algorithm>

namespace loa::net {

namespace {

failure_detector_options detecting(const session_options& options) {
  auto out = options.detector;
  out.expected = options.heartbeat;
  return out;
}

} // namespace

pulse::pulse(const session_options& options)
    : interval_(std::max(options.heartbeat, duration(1))),
      most_silence_(options.most_silence),
      detector_(detecting(options)) {}

void pulse::begin(instant now) {
  next_beat_ = now;
  host_ran_ = now;
  seen(now);
}

void pulse::seen(instant now) {
  detector_.seen(now);
  seen_ = now;
  forgave_ = false;
}

void pulse::heard(instant now) {
  detector_.heard(now);
}

bool pulse::beat(instant now) {
  if (now < next_beat_) return false;
  next_beat_ = now + interval_;
  return true;
}

instant pulse::deadline() const {
  const auto most = seen_ + most_silence_;
  return std::min(most, detector_.deadline().value_or(most));
}

void pulse::host_runs(instant now) {
  // One that runs takes a step at least once per heartbeat.
  const bool stood_still = now - host_ran_ >= 2 * interval_;
  host_ran_ = now;
  if (!stood_still || forgave_) return;
  seen(now);
  forgave_ = true;
}

instant pulse::next() const {
  return std::min(next_beat_, deadline());
}

} // namespace loa::net
