#include <loa/sim/internal/network_end.hpp>

#include <algorithm>

namespace loa::sim {

namespace {
/// From an event to the thread that waits for it.
constexpr micros wake_up{10};
} // namespace

network_end::~network_end() {
  stop();
  *here_ = false;
  of_.forget(*this);
}

result<void> network_end::start(net::transport_events& events) {
  events_ = &events;
  of_.listen(*this);
  return {};
}

void network_end::stop() {
  for (const auto& [line, at] : std::exchange(lines_, {}))
    of_.close(at.number, at.side, "The other side stopped.");
  tasks_.clear();
  alarm_.reset();
  events_ = nullptr;
}

net::line_id network_end::connect(std::string_view address) {
  const auto line = next_line();
  of_.call(*this, line, std::string(address));
  return line;
}

void network_end::send(net::line_id line, bytes chunk) {
  if (dead_) return;
  if (const auto found = lines_.find(line); found != lines_.end())
    of_.send(found->second.number, found->second.side, std::move(chunk));
}

void network_end::close(net::line_id line) {
  const auto found = lines_.find(line);
  if (found == lines_.end()) return;
  const auto at = found->second;
  lines_.erase(found);
  of_.close(at.number, at.side, "The other side closed the line.");
}

void network_end::run(std::function<void()> task) {
  tasks_.push_back(std::move(task));
  if (coming_) return;
  coming_ = true;
  at_.after(wake_up, [this, here = here_] {
    if (*here) take_next();
  });
}

void network_end::take_next() {
  coming_ = false;
  hurry();
  if (tasks_.empty() || coming_) return;
  coming_ = true;
  at_.after(micros(1), [this, here = here_] {
    if (*here) take_next();
  });
}

bool network_end::hurry() {
  if (tasks_.empty()) return false;
  const auto task = std::move(tasks_.front());
  tasks_.pop_front();
  task();
  return true;
}

void network_end::wake_at(instant at) {
  alarm_ = at;
  if (!armed_ || at < *armed_) arm();
}

void network_end::arm() {
  armed_ = alarm_;
  const auto left = std::max<micros>(*alarm_ - now(), micros(0));
  at_.after(left, [this, here = here_, for_when = *alarm_] {
    if (!*here || armed_ != for_when) return;
    armed_.reset();
    if (!alarm_ || !events_) return;
    if (*alarm_ > now()) return arm();
    alarm_.reset();
    run([this] {
      if (events_) events_->on_time();
    });
  });
}

void network_end::accepted(net::line_id line) {
  run([this, line] {
    if (events_ && lines_.contains(line)) events_->on_accepted(line);
  });
}

void network_end::connected(net::line_id line) {
  run([this, line] {
    if (events_ && lines_.contains(line)) events_->on_connected(line);
  });
}

void network_end::received(net::line_id line, bytes chunk) {
  run([this, line, chunk = std::move(chunk)]() mutable {
    if (events_ && lines_.contains(line)) events_->on_received(line, std::move(chunk));
  });
}

void network_end::closed(net::line_id line, std::string why) {
  run([this, line, why = std::move(why)] {
    if (lines_.erase(line) > 0 && events_) events_->on_closed(line, why);
  });
}

} // namespace loa::sim
