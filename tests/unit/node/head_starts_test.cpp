#include <loa/node/internal/head_starts.hpp>

#include <catch2/catch.hpp>

using namespace loa;
using namespace loa::node;

namespace {

link::entry at(std::uint64_t position, link::lane on = link::lane::ordinary) {
  link::entry e;
  e.position = position;
  e.on = on;
  return e;
}

} // namespace

TEST_CASE("who was seated ahead of the relay is spared what he has, in its lane") {
  head_starts s;
  s.note(3, {7, {5, 9}});
  CHECK(s.has(3, at(5)));
  CHECK_FALSE(s.has(3, at(6)));
  CHECK(s.has(3, at(9, link::lane::emergency)));
  CHECK_FALSE(s.has(3, at(10, link::lane::emergency)));
  CHECK_FALSE(s.has(2, at(1)));
}

TEST_CASE("nobody is ahead of a relay that has caught up") {
  head_starts s;
  s.received({7, {5, 0}});
  s.note(1, {7, {5, 0}});
  CHECK(s.empty());
  s.note(1, {7, {6, 3}});
  s.received({7, {6, 0}});
  CHECK_FALSE(s.empty()); // an emergency is still to come
  s.received({7, {6, 3}});
  CHECK(s.empty());
}

TEST_CASE("positions of another epoch spare nobody anything") {
  head_starts s;
  s.note(1, {7, {50, 0}});
  s.enter(8); // its first entries come before the relay is anywhere in it
  CHECK_FALSE(s.has(1, at(3)));
  CHECK(s.empty());
  s.note(1, {7, {50, 0}});
  s.note(2, {8, {3, 0}});
  CHECK_FALSE(s.has(1, at(3)));
  CHECK(s.has(2, at(3)));
}

TEST_CASE("who leaves his place leaves no head start to the next") {
  head_starts s;
  s.note(1, {7, {5, 0}});
  s.forget(1);
  CHECK(s.empty());
}
