#include "markup_reader.hpp"

#include <bench/report/markup.hpp>

using namespace loa::bench;

TEST_CASE("a text comes back as it was, whatever signs of markup are in it") {
  const std::string hostile = R"(</p><script>alert("1 & 2")</script> 'x' &amp; ü 警)";
  const auto read = markup_reader(element("p", {{"title", hostile}}, escaped(hostile))).read();
  REQUIRE(read.text == hostile);
  REQUIRE(read.attribute("title") == hostile);
  REQUIRE(read.children.empty());
}

TEST_CASE("control characters that no document can carry are replaced") {
  const std::string instead = "\xef\xbf\xbd";
  REQUIRE(escaped(std::string("a\0b\x1b\x7f", 5)) == "a" + instead + "b" + instead + instead);
  REQUIRE(escaped("a\tb\nc") == "a\tb\nc");
}

TEST_CASE("an attribute without a value is left out") {
  REQUIRE(element("p", {{"class", ""}, {"id", "x"}}, "y") == R"(<p id="x">y</p>)");
  REQUIRE(empty_element("br", {}) == "<br/>");
}
