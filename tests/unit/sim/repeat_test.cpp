#include "cluster_rig.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

using namespace loa;
using namespace loa::sim::test;

namespace {

/// An eventful minute; every line of the trace, and its hash.
std::string eventful_minute(std::uint64_t seed) {
  members c(seed, 3);
  auto& net = c.w.network();
  net.set_all({sim::micros(200), sim::micros(20'000), 0.02, sim::micros(200'000), 0.002});
  c.at("district").tell(named("tower/79.769"), wire::value::of(listen_to{named("tower/79")}));
  c.at("commune").tell(named("tower/79.769.1"), wire::value::of(listen_to{named("tower/79.769")}));
  c.at("commune").tell(named("session/s"), wire::value::of(open_session{named("tower/79")}));
  for (int i = 0; i < 60; ++i)
    c.w.at(std::chrono::seconds(i), [&c, i] {
      for (const auto& m : c.w.machines()) {
        m->tell(named("counter/79.769.1"), wire::value::of(send_to{named("counter/79"), i}));
        m->tell(named("tower/79"),
                wire::value::of(announce{"m" + std::to_string(i), i % 5 == 0, c.w.time() + 1h}));
      }
    });
  c.w.at(10s, [&] { net.cut("city", "district"); });
  c.w.at(30s, [&] { net.mend("city", "district"); });
  c.w.at(20s, [&] { c.at("commune").kill(); });
  c.w.at(25s, [&] { REQUIRE(c.at("commune").start()); });
  c.w.at(40s, [&] { c.at("city").crash(named("tower/79")); });
  c.w.at(45s, [&] { net.break_lines("district", "commune"); });
  c.w.run_until(60s);
  std::string all;
  for (const auto& l : c.w.trace().lines()) all += to_string(l) + "\n";
  for (const auto& text : c.sessions.got(named("session/s"))) all += text + "\n";
  return all + fmt::format("{:016x} after {} steps\n", c.w.trace().hash(), c.w.steps());
}

std::string told_by_another_process() {
  std::string said;
  const auto self = std::filesystem::read_symlink("/proc/self/exe").string();
  auto* p = popen((self + " 'tell an eventful minute' -o /dev/null 2>&1 >/dev/null").c_str(), "r");
  REQUIRE(p != nullptr);
  char part[4096];
  while (const auto n = std::fread(part, 1, sizeof part, p)) said.append(part, n);
  REQUIRE(pclose(p) == 0);
  return said;
}

} // namespace

// Not a test: the process that the last test starts.
TEST_CASE("tell an eventful minute", "[.]") {
  const auto told = eventful_minute(42);
  std::fwrite(told.data(), 1, told.size(), stderr);
}

TEST_CASE("the same seed gives the same trace, octet for octet") {
  const auto once = eventful_minute(42);
  CHECK(once.size() > 200);
  CHECK(once == eventful_minute(42));
  CHECK(once != eventful_minute(43));
}

TEST_CASE("the same seed gives the same trace in every process, wherever its memory lies") {
  const auto here = eventful_minute(42);
  for (int i = 0; i < 3; ++i) CHECK(told_by_another_process() == here);
}
