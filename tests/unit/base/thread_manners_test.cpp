#include <loa/base/thread_manners.hpp>

#include <catch2/catch.hpp>
#include <sys/resource.h>
#include <unistd.h>

#include <thread>

namespace {

int niceness() {
  return ::getpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()));
}

} // namespace

TEST_CASE("a thread that lets others first is nicer, and its siblings are not") {
  const auto before = niceness();
  int inside = before;
  std::thread([&] {
    loa::let_others_first();
    inside = niceness();
  }).join();
  REQUIRE(inside > before);
  REQUIRE(niceness() == before);
}

TEST_CASE("short turns leave a thread's niceness as it was") {
  int before = -1;
  int after = -2;
  std::thread([&] {
    loa::let_others_first();
    before = niceness();
    loa::take_short_turns();
    after = niceness();
  }).join();
  REQUIRE(after == before);
}
