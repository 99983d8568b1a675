#include <loa/base/guarded_clock.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace loa;
using namespace std::chrono_literals;

namespace {

class remembering final : public log_sink {
public:
  void write(log_level level, std::string_view, std::string_view message,
             std::initializer_list<log_field>) override {
    if (level >= log_level::warning) warnings.emplace_back(message);
  }
  std::vector<std::string> warnings;
};

/// A machine whose wall clock can be set while its boot clock only runs.
struct machine {
  manual_clock wall{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  manual_clock boot{from_millis(1000)};
  remembering log;
  metric_registry metrics;
  guarded_clock clock{log, &metrics, wall, boot};
  const instant start = wall.now();

  /// Time passes, and the clock is looked at every second as a node does.
  void pass(duration by) {
    for (duration done{}; done < by; done += 1s) {
      wall.advance(1s);
      boot.advance(1s);
      static_cast<void>(clock.now());
    }
  }
  std::int64_t doubtful() { return metrics.get_gauge("loa_clock_doubtful", "").value(); }
  std::uint64_t jumps() { return metrics.get_counter("loa_clock_jumps_total", "").value(); }
};

} // namespace

TEST_CASE("a guarded clock runs with the wall clock and follows small corrections") {
  machine m;
  m.pass(10s);
  CHECK(m.clock.now() == m.start + 10s);
  m.wall.advance(4s);
  m.pass(1s);
  CHECK(m.clock.now() == m.start + 15s);
  CHECK(m.log.warnings.empty());
}

TEST_CASE("a jump raises an alarm at once and is followed only when it has held for a minute") {
  machine m;
  m.wall.advance(24h);
  m.pass(1s);
  CHECK(m.clock.now() == m.start + 1s);
  CHECK(m.log.warnings.size() == 1);
  CHECK(m.jumps() == 1);
  CHECK(m.doubtful() == 1);
  m.pass(59s);
  CHECK(m.clock.now() == m.start + 60s);
  m.pass(2s);
  CHECK(m.clock.now() == m.start + 62s + 24h);
  CHECK(m.doubtful() == 0);
  CHECK(m.log.warnings.size() == 2);
}

TEST_CASE("a jump back is treated as a jump ahead: time does not run backwards for a minute") {
  machine m;
  m.pass(10s);
  m.wall.advance(-1h);
  m.pass(30s);
  CHECK(m.clock.now() == m.start + 40s);
  m.pass(31s);
  CHECK(m.clock.now() == m.start + 71s - 1h);
}

TEST_CASE("a jump that is taken back within the minute changes nothing") {
  machine m;
  m.wall.advance(10min);
  m.pass(40s);
  m.wall.advance(-10min);
  m.pass(10min);
  CHECK(m.clock.now() == m.start + 40s + 10min);
  CHECK(m.doubtful() == 0);
  CHECK(m.jumps() == 1);
}

TEST_CASE("a clock that jumps about begins its minute anew each time") {
  machine m;
  for (int i = 0; i < 10; ++i) {
    m.wall.advance(1h);
    m.pass(30s);
  }
  CHECK(m.clock.now() == m.start + 300s);
  CHECK(m.jumps() == 10);
  m.pass(31s);
  CHECK(m.clock.now() == m.start + 331s + 10h);
}

TEST_CASE("between looks the boot clock is what counts") {
  machine m;
  static_cast<void>(m.clock.now());
  m.wall.advance(24h); // within the second after the look
  m.boot.advance(500ms);
  CHECK(m.clock.now() == m.start + 500ms);
  CHECK(m.log.warnings.empty());
}

TEST_CASE("the machine's boot clock does not stand still") {
  const auto a = boot_clock().now();
  while (boot_clock().now() == a) {
  }
  CHECK(boot_clock().now() > a);
}

TEST_CASE("a guarded clock is as precise as its wall clock, and keeps to its own time in a jump") {
  struct fine_clock final : precise_clock {
    instant now() const override { return std::chrono::floor<duration>(at); }
    precise_instant precisely() const override { return at; }
    precise_instant at = *parse_rfc3339("2026-09-01T05:00:00+07:00");
  } wall;
  manual_clock boot(from_millis(1000));
  remembering log;
  guarded_clock guarded(log, nullptr, wall, boot);
  const auto start = wall.at;
  wall.at += 1234us;
  boot.advance(1ms);
  CHECK(guarded.precisely() == start + 1234us);
  wall.at += 24h;
  boot.advance(1s);
  CHECK(guarded.precisely() == start + 1s + 1ms);
}
