#include <bindings/http/internal/post_limiter.hpp>

#include <catch2/catch.hpp>

namespace loa::http::test {

using namespace std::chrono_literals;

namespace {

struct limited {
  explicit limited(std::size_t per_minute) : limiter(per_minute, random) {}
  bool posts(std::uint64_t from) { return !limiter.refuse(from, now); }
  seeded_random random{7};
  post_limiter limiter;
  post_limiter::time_point now{1000h};
};

} // namespace

TEST_CASE("an address may post a minute's number at once, and then evenly") {
  limited l(6);
  for (int i = 0; i < 6; ++i) CHECK(l.posts(1));
  CHECK_FALSE(l.posts(1));
  CHECK(l.limiter.refuse(1, l.now) == 10s);
  l.now += 9999ms;
  CHECK(l.limiter.refuse(1, l.now) == 1s);
  l.now += 1ms;
  CHECK(l.posts(1));
  CHECK_FALSE(l.posts(1));
  l.now += 20s;
  CHECK(l.posts(1));
  CHECK(l.posts(1));
  CHECK_FALSE(l.posts(1)); // what was refused cost nothing, and nothing was given
  l.now += 24h;
  for (int i = 0; i < 6; ++i) CHECK(l.posts(1));
  CHECK_FALSE(l.posts(1)); // a day saves up no more than a minute
}

TEST_CASE("what one address uses up another one still has") {
  limited l(2);
  CHECK(l.posts(1));
  CHECK(l.posts(1));
  CHECK_FALSE(l.posts(1));
  CHECK(l.posts(2));
  CHECK(l.posts(0)); // the loopback network of IPv6 counts as any other
  CHECK(l.posts(0));
  CHECK_FALSE(l.posts(0));
}

TEST_CASE("without a limit everything is admitted") {
  limited l(0);
  for (int i = 0; i < 100'000; ++i) REQUIRE(l.posts(1));
}

TEST_CASE("a million addresses take no more room, and nobody is remembered who rests") {
  limited l(1);
  std::uint64_t admitted = 0;
  for (std::uint64_t from = 1; from <= 1'000'000; ++from) admitted += l.posts(from) ? 1 : 0;
  CHECK(admitted <= 65'536);
  CHECK(admitted > 60'000);
  l.now += 1min;
  CHECK(l.posts(2'000'000));
  for (std::uint64_t from = 1; from <= 10'000; ++from) admitted += l.posts(from) ? 1 : 0;
  CHECK(admitted > 69'000);
}

TEST_CASE("who has used up his posts does not get new ones by a crowd of others") {
  limited l(2);
  CHECK(l.posts(1));
  CHECK(l.posts(1));
  for (std::uint64_t from = 10; from < 200'000; ++from) static_cast<void>(l.posts(from));
  CHECK_FALSE(l.posts(1));
}

} // namespace loa::http::test
