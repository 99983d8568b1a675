#include "include_rule.hpp"

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

using namespace loa::house;
namespace fs = std::filesystem;

namespace {

/// What is wrong with a file of this path that has this one include; empty if nothing is.
std::string rule_broken(std::string_view file, std::string_view include) {
  auto found = check_includes(file, "#include " + std::string(include) + "\n");
  return found.empty() ? "" : found.front().rule;
}

bool fine(std::string_view file, std::string_view include) {
  return rule_broken(file, include).empty();
}

std::string content(const fs::path& file) {
  std::ostringstream out;
  out << std::ifstream(file).rdbuf();
  return out.str();
}

/// All sources and headers of the project.
std::vector<fs::path> sources() {
  std::vector<fs::path> out;
  for (auto folder : {"runtime", "actors", "bindings", "examples", "bench", "tests"}) {
    std::error_code absent;
    for (const auto& entry :
         fs::recursive_directory_iterator(fs::path(LOA_SOURCE_DIR) / folder, absent))
      if (entry.path().extension() == ".hpp" || entry.path().extension() == ".cpp")
        out.push_back(entry.path());
  }
  return out;
}

} // namespace

TEST_CASE("every include of the project keeps to the floors") {
  auto all = sources();
  REQUIRE(all.size() > 20);
  for (const auto& file : all) {
    auto name = fs::relative(file, LOA_SOURCE_DIR).generic_string();
    for (const auto& found : check_includes(name, content(file))) FAIL_CHECK(found.to_string());
  }
}

TEST_CASE("every header is guarded by its first line") {
  for (const auto& file : sources())
    if (file.extension() == ".hpp") {
      INFO(file);
      CHECK(content(file).starts_with("#pragma once\n"));
    }
}

TEST_CASE("a floor that looks up is caught") {
  REQUIRE(rule_broken("runtime/loa/base/a.cpp", "<loa/wire/record.hpp>") ==
          "base does not see wire");
  REQUIRE(!fine("runtime/loa/store/a.cpp", "<loa/node/entity.hpp>"));
  REQUIRE(!fine("runtime/loa/node/a.cpp", "<loa/unit/unit.hpp>"));
  REQUIRE(!fine("actors/loa/unit/a.cpp", "<bindings/http/server.hpp>"));
  REQUIRE(!fine("bindings/http/a.cpp", "<bench/measure/record.hpp>"));
  REQUIRE(!fine("actors/loa/model/a.cpp", "<loa/node/entity.hpp>"));
  REQUIRE(!fine("tests/unit/wire/a.cpp", "<loa/store/journal.hpp>"));
}

TEST_CASE("a floor that looks sideways is caught") {
  REQUIRE(!fine("runtime/loa/store/a.cpp", "<loa/link/feed_sender.hpp>"));
  REQUIRE(!fine("actors/loa/unit/a.cpp", "<loa/citizen/citizen.hpp>"));
  REQUIRE(!fine("bindings/http/a.cpp", "<bindings/cli/commands.hpp>"));
}

TEST_CASE("a floor that looks down is fine") {
  REQUIRE(fine("runtime/loa/node/a.cpp", "<loa/store/journal.hpp>"));
  REQUIRE(fine("actors/loa/unit/a.hpp", "<loa/model/bulletin.hpp>"));
  REQUIRE(fine("actors/loa/unit/a.hpp", "<loa/node/entity.hpp>"));
  REQUIRE(fine("bindings/cli/a.cpp", "<bindings/http/server.hpp>"));
  REQUIRE(fine("bindings/cli/a.cpp", "<bench/measure/record.hpp>"));
  REQUIRE(fine("tests/unit/store/a.cpp", "<loa/store/internal/lmdb.hpp>"));
  REQUIRE(fine("runtime/loa/wire/a.cpp", "<map>"));
}

TEST_CASE("a part outside its place is caught") {
  REQUIRE(rule_broken("runtime/loa/link/a.cpp", "<caf/actor.hpp>") ==
          "this part is not used in link");
  REQUIRE(!fine("runtime/loa/node/a.cpp", "<boost/asio.hpp>"));
  REQUIRE(!fine("runtime/loa/node/a.cpp", "<lmdb.h>"));
  REQUIRE(!fine("runtime/loa/link/a.cpp", "<openssl/evp.h>"));
  REQUIRE(!fine("runtime/loa/store/a.cpp", "<nlohmann/json.hpp>"));
  REQUIRE(!fine("actors/loa/unit/a.cpp", "<libxml/parser.h>"));
  REQUIRE(!fine("actors/loa/device/a.cpp", "<opus/opus.h>"));
  REQUIRE(!fine("runtime/loa/base/log.cpp", "<spdlog/spdlog.h>"));
  REQUIRE(!fine("runtime/loa/base/metrics.cpp", "<prometheus/registry.h>"));
  REQUIRE(!fine("bindings/http/a.cpp", "<CLI/CLI.hpp>"));
  REQUIRE(!fine("examples/a.cpp", "<caf/actor.hpp>"));
}

TEST_CASE("a part in its place is fine, but for a public header") {
  for (auto [file, include] : {std::pair{"runtime/loa/supervision/", "<caf/actor.hpp>"},
                               {"bindings/http/", "<boost/asio.hpp>"},
                               {"runtime/loa/store/", "<lmdb.h>"},
                               {"runtime/loa/net/", "<openssl/evp.h>"},
                               {"runtime/loa/wire/", "<nlohmann/json.hpp>"}}) {
    auto folder = std::string(file);
    CHECK(fine(folder + "a.cpp", include));
    CHECK(fine(folder + "internal/a.hpp", include));
    CHECK(rule_broken(folder + "a.hpp", include) == "a public header shows no parts that we use");
  }
  REQUIRE(fine("runtime/loa/wire/document.hpp", "<nlohmann/json_fwd.hpp>"));
}

TEST_CASE("an internal header outside its floor and the runtime above it is caught") {
  constexpr auto internal = "<loa/supervision/internal/supervisor.hpp>";
  REQUIRE(fine("runtime/loa/supervision/a.cpp", internal));
  REQUIRE(fine("runtime/loa/node/a.cpp", internal));
  REQUIRE(fine("runtime/loa/node/internal/a.hpp", internal));
  REQUIRE(!fine("runtime/loa/node/a.hpp", internal));
  REQUIRE(!fine("actors/loa/unit/a.cpp", internal));
  REQUIRE(!fine("bindings/http/a.cpp", internal));
  REQUIRE(!fine("examples/a.cpp", internal));
  REQUIRE(!fine("bench/a.cpp", internal));
}

TEST_CASE("an include by a relative path is caught") {
  REQUIRE(!fine("runtime/loa/wire/a.cpp", "\"record.hpp\""));
  REQUIRE(!fine("tests/unit/wire/a.cpp", "\"../store/help.hpp\""));
  REQUIRE(fine("tests/unit/wire/a.cpp", "\"help.hpp\""));
}

TEST_CASE("a floor that nobody has placed in the house is caught") {
  REQUIRE(!fine("runtime/loa/attic/a.cpp", "<loa/base/error.hpp>"));
}

TEST_CASE("an include is seen however it is spaced, and others than the first too") {
  auto found = check_includes("runtime/loa/base/a.cpp",
                              "#include <map>\n\n  #  include  <caf/all.hpp> // why\n");
  REQUIRE(found.size() == 1);
  REQUIRE(found.front().line == 3);
}
