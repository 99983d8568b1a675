#include <bindings/cli/arrivals.hpp>

#include <catch2/catch.hpp>

#include <thread>

using loa::cli::arrivals;

TEST_CASE("nothing counts before the start") {
  arrivals a(3);
  a.note(0);
  CHECK(a.count() == 0);
  a.start();
  CHECK(a.all().arrived == 0);
  CHECK(a.all().clients == 3);
}

TEST_CASE("a client counts once, and a number that is none not at all") {
  arrivals a(2);
  a.start();
  a.note(1);
  a.note(1);
  a.note(2);
  a.note(~std::size_t{0});
  CHECK(a.count() == 1);
}

TEST_CASE("figures are those of a group and of those who arrived") {
  arrivals a(4);
  a.assign(0, 1);
  a.assign(1, 1);
  a.assign(2, 2);
  a.start();
  for (std::size_t i : {0, 1, 2}) a.note(i);
  CHECK(a.of_group(1).clients == 2);
  CHECK(a.of_group(1).arrived == 2);
  CHECK(a.of_group(0).clients == 1);
  CHECK(a.of_group(0).arrived == 0);
  CHECK(a.of_group(7).clients == 0);
  const auto all = a.all();
  CHECK(all.median <= all.p99);
  CHECK(all.p99 <= all.last);
  CHECK(all.last.count() > 0);
}

TEST_CASE("a new start forgets the last round") {
  arrivals a(1);
  a.start();
  a.note(0);
  a.start();
  CHECK(a.count() == 0);
  CHECK(a.all().arrived == 0);
}

TEST_CASE("clients that arrive on several threads are all counted") {
  constexpr std::size_t each = 20'000;
  arrivals a(2 * each);
  a.start();
  std::thread other([&] {
    for (std::size_t i = 0; i < each; ++i) a.note(i);
  });
  for (std::size_t i = each / 2; i < 2 * each; ++i) a.note(i);
  other.join();
  CHECK(a.count() == 2 * each);
  CHECK(a.all().arrived == 2 * each);
}
