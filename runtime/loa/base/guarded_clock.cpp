#include <loa/base/guarded_clock.hpp>
#include <loa/base/probe.hpp>

#include <ctime>

namespace loa {

namespace {

class since_boot final : public clock {
public:
  [[nodiscard]] instant now() const override {
    timespec t{};
    ::clock_gettime(CLOCK_BOOTTIME, &t);
    return instant(std::chrono::seconds(t.tv_sec) +
                   std::chrono::duration_cast<duration>(std::chrono::nanoseconds(t.tv_nsec)));
  }
};

constexpr duration look_every = std::chrono::seconds(1);

} // namespace

const clock& boot_clock() {
  static const since_boot it;
  return it;
}

clock_belief::event clock_belief::look(instant wall, instant boot) {
  const duration seen = wall - boot;
  const auto close = [](duration a, duration b) { return a - b <= jump && b - a <= jump; };
  if (close(seen, offset_)) {
    offset_ = seen;
    if (!doubted_) return event::none;
    doubted_.reset();
    return event::returned;
  }
  if (!doubted_ || !close(seen, doubted_->offset)) {
    doubted_ = {seen, boot};
    return event::jumped;
  }
  doubted_->offset = seen;
  if (boot - doubted_->since < trial) return event::none;
  offset_ = seen;
  doubted_.reset();
  return event::believed;
}

guarded_clock::guarded_clock(log_sink& log, metric_registry* metrics, const clock& wall,
                             const clock& boot)
    : log_(log),
      wall_(wall),
      boot_(boot),
      belief_(wall.now(), boot.now()),
      offset_(belief_.offset().count()),
      next_look_(0) {
  if (!metrics) return;
  jumps_ = &metrics->get_counter("loa_clock_jumps_total",
                                 "Jumps of the wall clock by more than five seconds.");
  doubtful_ = &metrics->get_gauge(
      "loa_clock_doubtful", "1 while the wall clock has jumped and is not believed yet, else 0.");
}

instant guarded_clock::now() const {
  const auto boot = boot_.now();
  if (to_millis(boot) >= next_look_.load(std::memory_order_relaxed)) look(boot);
  return boot + duration(offset_.load(std::memory_order_relaxed));
}

precise_instant guarded_clock::precisely() const {
  const precise_instant believed = now();
  const auto wall = loa::precisely(wall_);
  const bool close = wall - believed <= clock_belief::jump && believed - wall <= clock_belief::jump;
  return close ? wall : believed;
}

void guarded_clock::look(instant boot) const {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock) return; // somebody else looks
  next_look_.store(to_millis(boot + look_every), std::memory_order_relaxed);
  const auto wall = wall_.now();
  const auto what = belief_.look(wall, boot);
  offset_.store(belief_.offset().count(), std::memory_order_relaxed);
  if (what == clock_belief::event::none) return;
  const auto believed = format_rfc3339(boot + belief_.offset());
  const auto shown = format_rfc3339(wall);
  if (what == clock_belief::event::jumped) {
    LOA_PROBE("clock: jumps");
    if (jumps_) jumps_->add();
    log_.write(log_level::warning, "clock",
               "The wall clock has jumped. Deadlines go on by the old time until the new one has "
               "held for a minute.",
               {{"wall", shown}, {"believed", believed}});
  } else if (what == clock_belief::event::believed) {
    LOA_PROBE("clock: a new time is believed");
    log_.write(log_level::warning, "clock", "The wall clock's new time has held and is followed.",
               {{"wall", shown}});
  } else {
    LOA_PROBE("clock: comes back before it was believed");
    log_.write(log_level::info, "clock", "The wall clock is back where it was.", {{"wall", shown}});
  }
  if (doubtful_) doubtful_->set(what == clock_belief::event::jumped ? 1 : 0);
}

} // namespace loa
