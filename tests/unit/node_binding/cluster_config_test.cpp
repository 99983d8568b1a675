#include "cluster_workspace.hpp"

#include <bindings/node/cluster_identity.hpp>

#include <algorithm>

namespace loa::host::test {

namespace {

std::vector<std::string> pointers(const checked_config& c) {
  std::vector<std::string> out;
  for (const auto& m : c.mistakes) {
    CHECK_FALSE(m.detail.empty());
    out.push_back(m.pointer);
  }
  std::ranges::sort(out);
  return out;
}

using places = std::vector<std::string>;

std::string with(std::string_view what, std::string_view instead) {
  std::string section = cluster_workspace::section;
  const auto at = section.find(what);
  REQUIRE(at != section.npos);
  return section.replace(at, what.size(), instead);
}

bool warned(const checked_config& c, std::string_view of) {
  return std::ranges::any_of(c.warnings, [&](const auto& w) { return w.find(of) != w.npos; });
}

} // namespace

TEST_CASE("a node's place in a cluster is read, and listening beyond loopback needs nothing more") {
  cluster_workspace w;
  const auto c = w.read();
  CHECK(pointers(c).empty());
  CHECK(c.warnings.empty());
  REQUIRE(c.value);
  REQUIRE(c.value->cluster);
  CHECK(c.value->cluster->name == "hcmc");
  CHECK(c.value->cluster->listen.str() == "0.0.0.0:7135");
  CHECK(c.value->cluster->calls == elsewhere::forward);
  CHECK(load_identity(*c.value->cluster)->id() == net::node_id{"hcmc", "a"});
  CHECK(w.read(with("}", R"(, "forward": "redirect"})")).value->cluster->calls ==
        elsewhere::redirect);
}

TEST_CASE("every mistake of the section of a cluster is reported with its JSON pointer") {
  cluster_workspace w;
  CHECK(pointers(w.read("{}")) == places{"/cluster/authority", "/cluster/certificate",
                                         "/cluster/key", "/cluster/listen", "/cluster/name",
                                         "/cluster/placement"});
  CHECK(pointers(w.read("[]")) != places{});
  CHECK(pointers(w.read(R"({"name": "HCMC", "listen": "7135", "certificate": "none.crt",
        "key": 7, "authority": ".", "placement": "none.json", "forward": "back", "colour": 1})")) ==
        places{"/cluster/authority", "/cluster/certificate", "/cluster/colour", "/cluster/forward",
               "/cluster/key", "/cluster/listen", "/cluster/name", "/cluster/placement"});
  CHECK(pointers(w.read(with("7135", "0"))) == places{"/cluster/listen"});
  CHECK(pointers(w.read(cluster_workspace::section, "District_769")) == places{"/name"});
}

TEST_CASE("a certificate that names another node or cluster is refused") {
  cluster_workspace w;
  const auto other = w.read(cluster_workspace::section, "b");
  CHECK(pointers(other) == places{"/cluster/certificate"});
  CHECK(other.mistakes[0].detail.find("names node \"a\" of cluster \"hcmc\"") != std::string::npos);
  CHECK(pointers(w.read(with("\"hcmc\"", "\"ha-noi\""))) == places{"/cluster/certificate"});
  w.certify("ha-noi", "a");
  CHECK(pointers(w.read()) == places{"/cluster/certificate"});
}

TEST_CASE("a key, certificate or authority that does not fit is named as such") {
  cluster_workspace w;
  const cluster_workspace other(2);
  const auto copy = [&](const char* file) {
    fs::copy_file(other.dir / file, w.dir / file, fs::copy_options::overwrite_existing);
  };
  copy("node.key");
  CHECK(pointers(w.read()) == places{"/cluster/key"});
  copy("node.crt");
  CHECK(pointers(w.read()) == places{"/cluster/certificate"});
  w.certify("hcmc", "a");
  w.write("node.key", "no key");
  CHECK(pointers(w.read()) == places{"/cluster/key"});
  w.write("authority.crt", "no certificate");
  CHECK(pointers(w.read()) == places{"/cluster/authority"});
}

TEST_CASE("documents must be signed by the authority, of their kind, and a placement a good one") {
  cluster_workspace w;
  const cluster_workspace other(2);
  w.write("placement.json", other.placement(1).to_text());
  CHECK(pointers(w.read()) == places{"/cluster/placement"});
  w.write("placement.json", w.hierarchy(1).to_text());
  CHECK(pointers(w.read()) == places{"/cluster/placement"});
  w.write("placement.json", w.placement(1).to_text());
  w.write("hierarchy.json", w.placement(1).to_text());
  CHECK(pointers(w.read()) == places{"/hierarchy"});
  w.write("hierarchy.json", R"({"source": "s", "root": {"code": "79"}})");
  const auto plain = w.read();
  CHECK(pointers(plain) == places{"/hierarchy"});
  CHECK(plain.mistakes[0].detail.find("loa cluster sign") != std::string::npos);
}

TEST_CASE("what will cost a node its peers or its secret is warned of") {
  cluster_workspace w;
  w.certify("hcmc", "a", w.now() - 2h, 1h);
  CHECK(warned(w.read(), "expired at"));
  w.certify("hcmc", "a", w.now(), std::chrono::hours(24 * 7));
  CHECK(warned(w.read(), "expires at"));
  w.certify("hcmc", "a", w.now() + 1h);
  CHECK(warned(w.read(), "is valid from"));
  w.certify("hcmc", "a");
  ::chmod((w.dir / "node.key").c_str(), 0640);
  CHECK(warned(w.read(), "chmod 600"));
  ::chmod((w.dir / "node.key").c_str(), 0600);
  w.write("placement.json", w.placement(1, 1, "b").to_text());
  CHECK(warned(w.read(), "does not name this node"));
  CHECK(w.read().value);
}

} // namespace loa::host::test
