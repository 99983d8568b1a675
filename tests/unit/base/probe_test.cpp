#include <loa/base/probe.hpp>

#include <catch2/catch.hpp>

using namespace loa;

namespace {

void reach(int times) {
  for (int n = 0; n < times; ++n) LOA_PROBE("test: a place that is reached");
  if (times < 0) LOA_PROBE("test: a place that is never reached");
}

const probe* find(std::string_view name) {
  for (const auto* p : probe::all())
    if (p->name() == name) return p;
  return nullptr;
}

} // namespace

TEST_CASE("a probe counts how often its place was reached") {
  const auto before = find("test: a place that is reached")->count();
  reach(3);
  CHECK(find("test: a place that is reached")->count() == before + 3);
}

TEST_CASE("a probe that was never reached is known all the same") {
  const auto* p = find("test: a place that is never reached");
  REQUIRE(p);
  CHECK(p->count() == 0);
}
