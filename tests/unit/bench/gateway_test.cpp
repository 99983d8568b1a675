#include <bench/scenario/gateway.hpp>

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

using namespace loa;
using namespace loa::bench;

namespace {

gateway_options small() {
  gateway_options o;
  o.loa.hierarchy = LOA_SOURCE_DIR "/examples/hcmc/2021.json";
  o.load.subscribers = 10;
  return o;
}

bool refused(const gateway_options& o, const std::string& part) {
  const auto good = check(o);
  return !good && good.error().detail.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("devices alone can be measured, and nobody at all cannot") {
  auto o = small();
  o.load.subscribers = 0;
  REQUIRE(refused(o, "Nobody would listen"));
  o.load.devices = 5;
  REQUIRE(check(o));
}

TEST_CASE("devices count for the files that can be open") {
  auto o = small();
  o.load.devices = 2'000'000'000;
  REQUIRE(refused(o, "2000000000 devices"));
}

TEST_CASE("no more citizens are slow than there are, and not everybody") {
  auto o = small();
  o.load.slow = 11;
  REQUIRE(refused(o, "--slow 10"));
  o.load.slow = 10;
  REQUIRE(refused(o, "nobody else"));
  o.load.devices = 1;
  REQUIRE(check(o));
}

TEST_CASE("a background fits what communes keep in force") {
  auto o = small(); // ten connections: ten communes are followed
  o.load.messages = 10;
  o.load.rate = 2;
  o.load.beside = 1000;
  REQUIRE(check(o));
  o.load.beside = 1001;
  REQUIRE(refused(o, "5005 bulletins"));
}

TEST_CASE("a node that runs already needs the tokens of those who act there") {
  auto o = small();
  o.loa.address = "127.0.0.1:1";
  REQUIRE(refused(o, "an editor's"));
  o.load.devices = 1;
  REQUIRE(refused(o, "an administrator's"));
  o.loa.token = "t";
  REQUIRE(refused(o, "--device-token-file"));
  o.loa.device_token = "d";
  REQUIRE(check(o));
}

TEST_CASE("there is always a background of one bulletin where one is wanted") {
  fanout_plan p;
  p.beside = 0.01;
  REQUIRE(p.messages_beside() == 1);
  p.beside = 0;
  REQUIRE(p.messages_beside() == 0);
}
