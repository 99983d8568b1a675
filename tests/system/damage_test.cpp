#include "city.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>

using namespace loa::system_test;

namespace {

/// Changes what stands somewhere in a file, as a failing disk may; how often it stood there.
std::size_t spoil(const std::filesystem::path& file, const std::string& what) {
  std::ifstream in(file, std::ios::binary);
  std::string all((std::istreambuf_iterator<char>(in)), {});
  std::size_t found = 0;
  for (auto at = all.find(what); at != std::string::npos; at = all.find(what, at + 1), ++found)
    all[at] ^= 1;
  std::ofstream(file, std::ios::binary).write(all.data(), static_cast<std::streamsize>(all.size()));
  return found;
}

} // namespace

TEST_CASE("a unit whose journal is damaged says so with 503, and the others go on") {
  city c;
  auto bulletin = bulletin_of(a_district, "Lịch cắt điện");
  bulletin.token = c.token("editor");
  c.start();
  REQUIRE(c.ask(bulletin).status == 202);
  c.node().kill();
  std::size_t spoilt = 0;
  for (const auto& f : std::filesystem::recursive_directory_iterator(c.file("data")))
    if (f.path().filename() == "data.mdb") spoilt += spoil(f.path(), "Lịch cắt điện");
  REQUIRE(spoilt > 0);
  c.start();
  auto again = bulletin_of(a_district, "Họp tổ dân phố");
  again.token = bulletin.token;
  const auto refused = c.ask(again);
  CHECK(refused.status == 503);
  CHECK_FALSE(refused.field("retry-after").empty());
  CHECK(refused.json()["detail"] ==
        "This unit's journal is damaged; the operator must look at the node's log.");
  again.target = bulletin_of("79.761", "Họp tổ dân phố").target;
  CHECK(c.ask(again).status == 202);
}
