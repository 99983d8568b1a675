#include <bindings/node/signals.hpp>

#include <catch2/catch.hpp>
#include <unistd.h>

#include <csignal>

using namespace loa::host;
using namespace std::chrono_literals;

TEST_CASE("signals are handed out one at a time as what they ask for") {
  signals s;
  CHECK_FALSE(s.wait(0ms));
  kill(getpid(), SIGHUP);
  CHECK(s.wait(5s) == request::reload);
  kill(getpid(), SIGTERM);
  CHECK(s.wait(5s) == request::stop);
  CHECK_FALSE(s.wait(0ms));
}

TEST_CASE("writing to a pipe that nobody reads does not end the program") {
  const signals s;
  int ends[2];
  REQUIRE(pipe(ends) == 0);
  close(ends[0]);
  CHECK(write(ends[1], "x", 1) == -1);
  close(ends[1]);
}
