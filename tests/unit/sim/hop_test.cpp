#include "cluster_rig.hpp"

// How long entries were under way between nodes, in virtual time.

using namespace loa;
using namespace loa::sim::test;

namespace {

struct watched : members {
  explicit watched(std::uint64_t seed = 1) : members(seed) {
    w.network().set_all({20ms, 20ms, 0, 200ms, 0});
    REQUIRE(insist("district", "tower/79.769", listen_to{named("tower/79")}));
    REQUIRE(eventually([&] {
      say("city", "tower/79", "hello");
      return !heard_by("district", "tower/79.769").empty();
    }));
    w.run_until(w.now() + 5s);
  }

  histogram::reading read(const char* lane = "ordinary") {
    return at("district").metrics().get_histogram("loa_hop_seconds", "", {{"lane", lane}}).read();
  }
  std::uint64_t count(const char* lane = "ordinary") {
    std::uint64_t all = 0;
    for (const auto n : read(lane).counts) all += n;
    return all;
  }
  std::uint64_t ahead() {
    return at("district").metrics().get_counter("loa_hop_clock_ahead_total", "").value();
  }
  /// What one more entry adds to the seconds under way, once it has come.
  double seconds_of(const std::string& text, bool urgent = false) {
    const auto* lane = urgent ? "emergency" : "ordinary";
    const auto n = count(lane);
    const auto sum = read(lane).sum;
    say("city", "tower/79", text, urgent);
    REQUIRE(eventually([&] { return count(lane) > n; }));
    return read(lane).sum - sum;
  }
};

} // namespace

TEST_CASE("an entry counts for as long as the network took, in its lane") {
  watched w;
  CHECK(w.seconds_of("one") == Approx(0.020).margin(0.001));
  CHECK(w.seconds_of("two", true) == Approx(0.020).margin(0.001));
  w.w.network().set_all({300ms, 300ms, 0, 200ms, 0});
  CHECK(w.seconds_of("three") == Approx(0.300).margin(0.001));
  CHECK(w.ahead() == 0);
}

TEST_CASE("a frame that waited in the network counts for as long as it waited") {
  watched w;
  const auto sum = w.read().sum;
  const auto n = w.count();
  w.w.network().block("city", "district");
  w.say("city", "tower/79", "late");
  w.w.run_until(w.w.now() + 2s);
  CHECK(w.count() == n);
  w.w.network().unblock("city", "district");
  REQUIRE(w.eventually([&] { return w.count() > n; }));
  // Meanwhile it was sent again, and that one waited as well.
  const auto waited = w.read().sum - sum;
  CHECK(waited >= 2);
  CHECK(waited <= 2.2 * static_cast<double>(w.count() - n));
}

TEST_CASE("a frame that was lost with its line counts from when it was sent again") {
  watched w;
  const auto sum = w.read().sum;
  const auto n = w.count();
  w.w.network().cut("city", "district");
  w.w.network().break_lines("city", "district");
  w.say("city", "tower/79", "missed");
  w.w.run_until(w.w.now() + 60s);
  w.w.network().mend("city", "district");
  REQUIRE(w.eventually([&] { return w.count() > n; }));
  CHECK(w.heard_by("district", "tower/79.769").back() == "missed");
  CHECK(w.read().sum - sum < 1);
}

TEST_CASE("the clock of a node that is ahead makes ways that take no time, and is counted") {
  watched w;
  w.at("city").wall().set_ahead(3s);
  CHECK(w.seconds_of("from the future") == 0);
  CHECK(w.ahead() == 1);
  w.at("city").wall().set_ahead(-1s);
  CHECK(w.seconds_of("from the past") == Approx(1.020).margin(0.001));
  CHECK(w.ahead() == 1);
}

TEST_CASE("the same seed gives the same time under way") {
  const auto run = [] {
    watched w(7);
    w.w.network().set_all({});
    for (int i = 0; i < 10; ++i) w.say("city", "tower/79", std::to_string(i));
    w.w.run_until(w.w.now() + 1s);
    return w.read();
  };
  const auto a = run(), b = run();
  CHECK(a.counts == b.counts);
  CHECK(a.sum == b.sum);
}
