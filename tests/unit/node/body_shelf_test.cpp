#include <loa/base/random.hpp>
#include <loa/node/internal/body_shelf.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace loa::node;

namespace {

link::shared_body body_of(std::size_t octets, char with = 'x') {
  return std::make_shared<const bytes>(octets, with);
}

} // namespace

TEST_CASE("a body crosses once, and is the same at the other end each time") {
  body_writer writer;
  body_reader reader;
  const auto body = body_of(1000);
  const auto first = writer.put(body);
  const auto second = writer.put(body);
  CHECK(first.content);
  CHECK_FALSE(second.content);
  const auto a = reader.take(first);
  const auto b = reader.take(second);
  REQUIRE(a);
  REQUIRE(b);
  CHECK(**a == *body);
  CHECK(*a == *b);
}

TEST_CASE("whatever bodies go, in whatever order, each arrives as it was") {
  seeded_random dice(3);
  body_writer writer;
  body_reader reader;
  std::vector<link::shared_body> known;
  for (int i = 0; i < 20'000; ++i) {
    if (known.empty() || dice.next() % 3 == 0)
      known.push_back(body_of(dice.next() % 40'000, static_cast<char>('a' + i % 26)));
    const auto& body =
        known[known.size() - 1 - dice.next() % std::min<std::size_t>(known.size(), 400)];
    auto carried = writer.put(body);
    if (dice.next() % 10 == 0) { // the queue was full
      if (carried.content) writer.unsent(carried.number);
      continue;
    }
    const auto got = reader.take(std::move(carried));
    REQUIRE(got);
    REQUIRE(**got == *body);
  }
}

TEST_CASE("no body is none, and an empty one is one") {
  body_writer writer;
  body_reader reader;
  CHECK(*reader.take(writer.put(nullptr)) == nullptr);
  CHECK((*reader.take(writer.put(body_of(0))))->empty());
}

TEST_CASE("a peer that names bodies it never sent, or numbers them twice, is refused") {
  body_reader reader;
  CHECK_FALSE(reader.take({7, std::nullopt}));
  REQUIRE(reader.take({5, wire::octets{"a"}}));
  CHECK_FALSE(reader.take({5, wire::octets{"b"}}));
  CHECK_FALSE(reader.take({4, wire::octets{"b"}}));
}
