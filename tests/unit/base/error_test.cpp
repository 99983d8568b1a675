#include <loa/base/error.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <set>
#include <string>

using namespace loa;

TEST_CASE("a code keeps its number and its name for ever") {
  constexpr std::array<std::string_view, 16> names = {
      "malformed", "unauthenticated", "forbidden",   "not_found",
      "conflict",  "too_large",       "unsupported", "rule",
      "too_many",  "unavailable",     "timeout",     "storage_full",
      "storage",   "corrupt",         "version",     "internal"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    INFO(names[i]);
    CHECK(to_string(static_cast<errc>(i + 1)) == names[i]);
  }
  CHECK(errc::malformed == static_cast<errc>(1));
  CHECK(errc::internal == static_cast<errc>(16));
}

TEST_CASE("a number from elsewhere that is no code has a name too") {
  for (const int n : {0, 17, 255}) CHECK(to_string(static_cast<errc>(n)) == "unknown");
}

TEST_CASE("an error says where, if it knows") {
  CHECK(error{errc::rule, "It is too late.", {}}.to_string() == "It is too late.");
  CHECK(error{errc::rule, "It is too late.", "/due"}.to_string() == "It is too late. (at /due)");
}

TEST_CASE("errors are equal if code, sentence and place are") {
  const error one{errc::rule, "It is too late.", "/due"};
  CHECK(one == error{errc::rule, "It is too late.", "/due"});
  CHECK_FALSE(one == error{errc::conflict, "It is too late.", "/due"});
  CHECK_FALSE(one == error{errc::rule, "It is too early.", "/due"});
  CHECK_FALSE(one == error{errc::rule, "It is too late.", "/from"});
}

TEST_CASE("who says nothing of the code has found a defect of ours") {
  CHECK(error{}.code == errc::internal);
}
