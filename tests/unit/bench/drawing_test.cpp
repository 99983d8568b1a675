#include "markup_reader.hpp"

#include <bench/report/drawing.hpp>

using namespace loa::bench;

TEST_CASE("a text that is too long loses its middle, never a part of a letter") {
  const std::string name = "Hệ thống thông tin cơ sở";
  const std::string ellipsis = "…";
  for (int width = 20; width < 150; ++width) {
    const auto cut = fitted(name, width, 13);
    CAPTURE(width, cut);
    const auto at = cut.find(ellipsis);
    REQUIRE(at != cut.npos);
    const auto head = cut.substr(0, at);
    const auto tail = cut.substr(at + ellipsis.size());
    REQUIRE(name.starts_with(head));
    REQUIRE(name.ends_with(tail));
    REQUIRE((static_cast<unsigned char>(name[head.size()]) & 0xC0) != 0x80);
    REQUIRE((tail.empty() || (static_cast<unsigned char>(tail[0]) & 0xC0) != 0x80));
    REQUIRE(text_width(cut, 13) <= width + 13);
  }
  REQUIRE(fitted(name, 1000, 13) == name);
  REQUIRE(fitted(name, 0, 13) == ellipsis);
  REQUIRE(fitted("mosquitto-qos0", 80, 13) != fitted("mosquitto-qos1", 80, 13));
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
