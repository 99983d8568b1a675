#pragma once

#include <loa/model/unit_tree.hpp>

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>

#include <fstream>
#include <iterator>
#include <string>

namespace loa::model::test {

inline std::string file(const std::string& within_source) {
  std::ifstream in(std::string(LOA_SOURCE_DIR "/") + within_source, std::ios::binary);
  INFO(within_source);
  REQUIRE(in.good());
  return {std::istreambuf_iterator<char>(in), {}};
}

inline path unit(std::string_view text) {
  auto p = path::parse(text);
  REQUIRE(p);
  return *p;
}

inline instant at(std::string_view text) {
  auto t = parse_rfc3339(text);
  REQUIRE(t);
  return *t;
}

inline unit_tree tree(const std::string& json) {
  auto t = unit_tree::load(json);
  INFO((t ? std::string() : t.error().to_string()));
  REQUIRE(t);
  return *std::move(t);
}

inline unit_tree hcmc_2021() {
  return tree(file("examples/hcmc/2021.json"));
}

inline std::string replaced(std::string text, const std::string& what, const std::string& with) {
  const auto at = text.find(what);
  INFO("looking for " << what);
  REQUIRE(at != std::string::npos);
  return text.replace(at, what.size(), with);
}

} // namespace loa::model::test
