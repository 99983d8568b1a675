#include <bindings/cli/bench_places.hpp>
#include <bindings/cli/demo_files.hpp>

#include <catch2/catch.hpp>

#include <fstream>

using namespace loa::cli;
namespace fs = std::filesystem;

TEST_CASE("a hierarchy that comes with Loa has one name, wherever it lies") {
  const auto shipped = find_example("hcmc/2021.json");
  REQUIRE(shipped);
  CHECK(hierarchy_name(*shipped) == "examples/hcmc/2021.json");
  const temporary_directory elsewhere;
  fs::copy_file(*shipped, elsewhere.path() / "2021.json");
  CHECK(hierarchy_name(elsewhere.path() / "2021.json") == "examples/hcmc/2021.json");
}

TEST_CASE("another hierarchy is told by its name and its content") {
  const temporary_directory disk;
  const auto file = disk.path() / "2021.json";
  std::ofstream(file) << "abc";
  CHECK(hierarchy_name(file) == "2021.json (sha256 ba7816bf8f01cfea…)"); // FIPS 180-2, B.1
  CHECK(hierarchy_name(disk.path() / "absent.json") == "absent.json");
}

TEST_CASE("no directory of this machine stands in a section") {
  loa::bench::section s;
  s.settings = {{"hierarchy", "/no/such/place/city.json"}, {"connections", "5"}};
  s.contenders.push_back({"Loa", "1", {{"data", "/srv/x/loa-bench-7/loa"}}, {}});
  s.warnings = {"mosquitto failed: /srv/x/loa-bench-7/log says no.",
                "who may not enter /srv/x; name another", "/srv is full, / is not."};
  without_places(s, "/srv/x/loa-bench-7");
  CHECK(s.settings[0].value == "city.json");
  CHECK(s.settings[1].value == "5");
  CHECK(s.contenders[0].settings[0].value == "SCRATCH/loa");
  CHECK(s.warnings[0] == "mosquitto failed: SCRATCH/log says no.");
  CHECK(s.warnings[1] == "who may not enter SCRATCH/..; name another");
  CHECK(s.warnings[2] == "SCRATCH/../.. is full, / is not.");
}
