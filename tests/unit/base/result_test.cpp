#include <loa/base/result.hpp>

#include <catch2/catch.hpp>

#include <memory>
#include <string>

using namespace loa;

namespace {

const error too_late{errc::rule, "It is too late.", "/due"};

result<std::string> greeting(bool works) {
  if (!works) return too_late;
  return std::string("good morning");
}

result<void> greet(bool works) {
  if (!works) return too_late;
  return {};
}

} // namespace

TEST_CASE("a result holds a value or an error, never both") {
  const auto good = greeting(true);
  REQUIRE(good);
  CHECK(good.has_value());
  CHECK(good.value() == "good morning");
  CHECK(*good == "good morning");
  CHECK(good->size() == 12);

  const auto bad = greeting(false);
  CHECK_FALSE(bad);
  CHECK_FALSE(bad.has_value());
  CHECK(bad.error() == too_late);
}

TEST_CASE("reading the side that is not there is noticed") {
  auto good = greeting(true);
  auto bad = greeting(false);
  CHECK_THROWS_AS(bad.value(), bad_result);
  CHECK_THROWS_AS(*bad, bad_result);
  CHECK_THROWS_AS(bad->size(), bad_result);
  CHECK_THROWS_AS(std::move(bad).value(), bad_result);
  CHECK_THROWS_AS(good.error(), bad_result);
}

TEST_CASE("reading the value of an error throws the error's sentence") {
  try {
    (void)greeting(false).value();
    FAIL("nothing was thrown");
  } catch (const std::exception& x) {
    CHECK(std::string(x.what()) == "It is too late. (at /due) [rule]");
  }
  CHECK_THROWS_WITH(greet(false).value(), Catch::Contains("It is too late."));
  CHECK_NOTHROW(greet(true).value());
  CHECK_THROWS_AS(greet(true).error(), bad_result);
}

TEST_CASE("a result's value can be changed in place and moved out") {
  result<std::unique_ptr<int>> r(std::make_unique<int>(1));
  **r += 1;
  const auto out = *std::move(r);
  REQUIRE(out);
  CHECK(*out == 2);
  CHECK(*greeting(true) + "!" == "good morning!");
}

TEST_CASE("a copy of a result is its own") {
  auto a = greeting(true);
  auto b = a;
  *b += ", all";
  CHECK(*a == "good morning");
  a = greeting(false);
  CHECK_FALSE(a);
  CHECK(*b == "good morning, all");
}

TEST_CASE("a result without a value is done or an error") {
  CHECK(greet(true));
  CHECK(greet(true).has_value());
  const auto bad = greet(false);
  CHECK_FALSE(bad);
  CHECK_FALSE(bad.has_value());
  CHECK(bad.error() == too_late);
}

TEST_CASE("a boolean that is false is a value, not an error") {
  const result<bool> no(false);
  CHECK(no);
  CHECK_FALSE(*no);
}
