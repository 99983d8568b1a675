#include "cluster_workspace.hpp"

#include <bindings/node/archive.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/hierarchy.hpp>
#include <bindings/node/station.hpp>
#include <loa/net/refusal.hpp>

#include <algorithm>

namespace loa::host::test {

namespace {

using net::document_kind;

std::uint64_t in_force(const config& c, document_kind kind) {
  const auto shelf = open_shelf(c);
  if (!shelf) FAIL(shelf.error().to_string());
  return shelf->find(kind)->number();
}

std::string refused(const config& c) {
  const auto shelf = open_shelf(c);
  return shelf ? "" : shelf.error().detail;
}

} // namespace

TEST_CASE("of each kind the newer document is in force, of the config's and the data directory's") {
  cluster_workspace w;
  const auto c = w.good();
  const document_files files(c.data);
  CHECK(in_force(c, document_kind::hierarchy) == 1);
  CHECK_FALSE(fs::exists(c.data)); // looking changes nothing
  REQUIRE(files.write(w.hierarchy(3)));
  REQUIRE(files.write(w.placement(2)));
  CHECK(in_force(c, document_kind::hierarchy) == 3);
  CHECK(in_force(c, document_kind::placement) == 2);
  CHECK((*read_units(c))->source() == "issue 3");
  w.write("hierarchy.json", w.hierarchy(4).to_text());
  CHECK(in_force(c, document_kind::hierarchy) == 4);
  CHECK((*read_units(c))->source() == "issue 4");
}

TEST_CASE("a written document takes the place of the one before, and nothing else is left") {
  cluster_workspace w;
  const auto c = w.good();
  const document_files files(c.data);
  for (const std::uint64_t n : {2, 3, 4}) REQUIRE(files.write(w.hierarchy(n)));
  CHECK(in_force(c, document_kind::hierarchy) == 4);
  const auto count = std::distance(fs::directory_iterator(c.data / "documents"), {});
  CHECK(count == 1);
}

TEST_CASE("a damaged or foreign file in the data directory is refused with what to do") {
  cluster_workspace w;
  const cluster_workspace other(2);
  const auto c = w.good();
  const document_files files(c.data);
  REQUIRE(files.write(w.hierarchy(2)));
  const auto file = files.file_of(document_kind::hierarchy);
  const auto whole = *read_file(file, 1U << 20);
  for (const auto& content :
       {std::string(), whole.substr(0, whole.size() / 2), other.hierarchy(2).to_text()}) {
    std::ofstream(file) << content;
    const auto why = refused(c);
    CHECK(why.find(file.string()) == 0);
    CHECK(why.find("Put it back from a backup, or remove it") != std::string::npos);
  }
  fs::remove(file);
  CHECK(in_force(c, document_kind::hierarchy) == 1);
}

TEST_CASE("two documents of one number and different content stop the start, naming the file") {
  cluster_workspace w;
  const auto c = w.good();
  REQUIRE(document_files(c.data).write(
      w.sign(document_kind::hierarchy, 1,
             R"({"source": "other", "root": {"code": "79", "name": "C", "tier": "city"}})")));
  CHECK(refused(c).find("documents/hierarchy.json has hierarchy 1 with other content") !=
        std::string::npos);
}

TEST_CASE("a hierarchy that cannot be served is refused, though it is signed") {
  cluster_workspace w;
  const auto c = w.good();
  auto shelf = *open_shelf(c);
  const auto bad = w.sign(document_kind::hierarchy, 2, R"({"source": "s"})");
  const auto taken = shelf.take(bad.to_record(), "Node b");
  REQUIRE_FALSE(taken);
  CHECK(taken.error().detail.find("Hierarchy 2 cannot be used: ") == 0);
  CHECK(shelf.find(document_kind::hierarchy)->number() == 1);
}

TEST_CASE("a placement in the data directory that may not follow the config's is refused") {
  cluster_workspace w;
  const auto c = w.good();
  REQUIRE(document_files(c.data).write(w.placement(2, 1, "b")));
  CHECK(refused(c).find("Placement 2 may not follow 1: ") != std::string::npos);
}

TEST_CASE("a backup holds the documents, and a restored node serves by them") {
  cluster_workspace w;
  auto c = w.good();
  c.http.listen = "127.0.0.1:0";
  const auto served = [&] {
    const auto opened = station::open(c, {});
    if (!opened) FAIL(opened.error().to_string());
    return (*opened)->tree().source();
  };
  REQUIRE(document_files(c.data).write(w.hierarchy(5)));
  CHECK(served() == "issue 5");
  REQUIRE(back_up(c.data, w.dir / "backup"));
  fs::remove_all(c.data);
  CHECK(served() == "issue 1");
  fs::remove_all(c.data);
  REQUIRE(restore(w.dir / "backup", c.data, w.now()));
  CHECK(served() == "issue 5");
}

TEST_CASE("a document that cannot be written says so and leaves the old one") {
  cluster_workspace w;
  const auto c = w.good();
  std::ofstream(c.data) << "a file where a directory should be";
  const auto written = document_files(c.data).write(w.hierarchy(2));
  REQUIRE_FALSE(written);
  CHECK(written.error().code == errc::storage);
}

} // namespace loa::host::test
