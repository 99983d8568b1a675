#include "markup_reader.hpp"

#include <bench/report/drawing.hpp>

using namespace loa::bench;

TEST_CASE("a text that is too long ends with an ellipsis, never within a letter") {
  const std::string name = "Hệ thống thông tin cơ sở";
  for (double width = 0; width < 200; width += 3) {
    const auto cut = fitted(name, width, 13);
    if (cut == name) continue;
    REQUIRE(cut.ends_with("…"));
    const auto kept = cut.substr(0, cut.size() - std::string("…").size());
    REQUIRE(name.starts_with(kept));
    REQUIRE((static_cast<unsigned char>(name[kept.size()]) & 0xC0) != 0x80);
  }
  REQUIRE(fitted(name, 1000, 13) == name);
}

TEST_CASE("contenders beside each other differ in more than the colour") {
  for (std::size_t i = 0; i < 8; ++i) {
    REQUIRE(look_of(i) != look_of(i + 1));
    REQUIRE(dash_of(i) != dash_of(i + 1));
  }
}

TEST_CASE("a drawing names itself for those who do not see it") {
  drawing d(100, 50);
  d.text({0, 10}, "<b>", "name");
  const auto svg = markup_reader(d.finish("x", "wide", "A & B", "what it shows")).read();
  REQUIRE(svg.attribute("viewBox") == "0 0 100 50");
  REQUIRE(svg.attribute("role") == "img");
  REQUIRE(svg.attribute("aria-labelledby") == "x-t x-d");
  REQUIRE(svg.children[0].name == "title");
  REQUIRE(svg.children[0].text == "A & B");
  REQUIRE(svg.children[1].attribute("id") == "x-d");
  REQUIRE(svg.children[2].text == "<b>");
}
