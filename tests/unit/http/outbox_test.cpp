#include <bindings/http/internal/outbox.hpp>

#include <catch2/catch.hpp>

#include <array>

using namespace loa::http;

namespace {

shared_text chunk(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

/// All that waits, as `gather` shows it.
std::string waiting(const outbox& o) {
  std::array<std::string_view, 256> parts;
  std::string out;
  for (std::size_t i = 0, count = o.gather(parts); i < count; ++i) out += parts[i];
  return out;
}

} // namespace

TEST_CASE("chunks are gathered in order, beginning with what is left of the first") {
  outbox o;
  o.push(chunk("abcdef"), 2);
  o.push(chunk("gh"));
  o.push(chunk("ijk"));
  CHECK(waiting(o) == "cdefghijk");
  std::array<std::string_view, 2> two;
  CHECK(o.gather(two) == 2);
  CHECK(two[1] == "gh");
}

TEST_CASE("what was sent may end in the middle of any chunk") {
  const std::string all = "abcdefghijk";
  for (std::size_t first = 0; first <= all.size(); ++first)
    for (std::size_t second = 0; first + second <= all.size(); ++second) {
      outbox o;
      o.push(chunk("abc"));
      o.push(chunk("d"));
      o.push(chunk("efghij"));
      o.push(chunk("k"));
      o.sent(first);
      o.sent(second);
      REQUIRE(waiting(o) == all.substr(first + second));
      REQUIRE(o.octets() == all.size() - first - second);
      REQUIRE(o.empty() == (first + second == all.size()));
    }
}

TEST_CASE("an outbox that ran empty begins anew") {
  outbox o;
  for (int round = 0; round < 3; ++round) {
    for (int i = 0; i < 200; ++i) o.push(chunk("xy"));
    o.sent(399);
    CHECK(waiting(o) == "y");
    o.push(chunk("z"), 0);
    o.sent(2);
    CHECK(o.empty());
    CHECK(o.octets() == 0);
  }
}

TEST_CASE("only the chunk that has begun to go out is kept") {
  outbox o;
  o.push(chunk("ab"));
  o.push(chunk("cd"));
  o.push(chunk("ef"));
  o.sent(3);
  o.keep_first();
  CHECK(waiting(o) == "d");
  CHECK(o.octets() == 1);
}
