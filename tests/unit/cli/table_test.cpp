#include <bindings/cli/table.hpp>

#include <catch2/catch.hpp>

#include <sstream>

using namespace loa::cli;

namespace {
std::string printed(const table& t) {
  std::ostringstream out;
  t.print(out);
  return out.str();
}
} // namespace

TEST_CASE("Vietnamese letters take one column however they are composed") {
  CHECK(display_width("Thủ Đức") == 7);
  CHECK(display_width("Thu\xcc\x89 \xc4\x90\xc6\xb0\xcc\x81\x63") == 7); // marks of their own
  CHECK(display_width("") == 0);
}

TEST_CASE("wide characters take two columns, control characters none") {
  CHECK(display_width("警报") == 4);
  CHECK(display_width("a\tb") == 2);
}

TEST_CASE("what is not UTF-8 counts octet by octet instead of ending the line") {
  CHECK(display_width("a\xff\xfe z") == 5);
}

TEST_CASE("columns are as wide as what stands in them") {
  table t({{"Unit"}, {"Citizens", align::right}});
  t.row({"Quận Phú Nhuận", "1 204"});
  t.row({"Quận 1", "98"});
  t.rule();
  t.row({"all", "1 302"});
  CHECK(printed(t) == "Unit            Citizens\n"
                      "--------------  --------\n"
                      "Quận Phú Nhuận     1 204\n"
                      "Quận 1                98\n"
                      "--------------  --------\n"
                      "all                1 302\n");
}

TEST_CASE("missing cells stay empty and surplus ones are left out") {
  table t({{"A"}, {"B"}});
  t.row({"x"});
  t.row({"x", "y", "z"});
  CHECK(printed(t) == "A  B\n-  -\nx\nx  y\n");
}

TEST_CASE("numbers are grouped by threes") {
  CHECK(grouped(0) == "0");
  CHECK(grouped(999) == "999");
  CHECK(grouped(1'000) == "1 000");
  CHECK(grouped(12'345'678) == "12 345 678");
}
