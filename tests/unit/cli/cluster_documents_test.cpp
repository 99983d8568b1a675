#include "cluster_directory.hpp"

#include <bindings/node/cluster_identity.hpp>
#include <loa/net/document.hpp>

#include <nlohmann/json.hpp>

namespace loa::cli::test {

using nlohmann::json;

namespace {

/// A cluster of a city and two districts in "c".
class founded : public cluster_directory {
public:
  founded() { REQUIRE(init(small_city(), {"--name", "trial"}).code == 0); }

  [[nodiscard]] std::string in_force(const std::string& kind) const {
    return *this / ("c/nodes/city-79/" + kind + ".json");
  }
  [[nodiscard]] json places() const {
    const auto said = says({"cluster", "show", in_force("placement"), "--json"});
    return json::parse(said.out)["content"];
  }
  [[nodiscard]] outcome sign(const std::string& kind, const std::string& file,
                             const std::vector<std::string>& more) const {
    std::vector<std::string> all{"cluster",     "sign",
                                 kind,          file,
                                 "--authority", *this / "c/authority",
                                 "--out",       *this / "signed.json"};
    all.insert(all.end(), more.begin(), more.end());
    return says(all);
  }
  /// The same after the placement in force.
  [[nodiscard]] outcome sign_next(const json& places) const {
    std::ofstream(*this / "next.json") << places.dump(2);
    return sign("placement", *this / "next.json", {"--after", in_force("placement")});
  }
  [[nodiscard]] outcome show(const std::string& file, const std::string& by = "c/authority") const {
    return says({"cluster", "show", file, "--authority", *this / by});
  }
};

std::string replaced(std::string text, std::string_view what, std::string_view with) {
  const auto at = text.find(what);
  REQUIRE(at != text.npos);
  return text.replace(at, what.size(), with);
}

} // namespace

TEST_CASE("a placement that follows gets the next number and is good to every node") {
  const founded d;
  auto places = d.places();
  places["nodes"][1]["address"] = "127.0.0.1:9999";
  const auto said = d.sign_next(places);
  INFO(said.err);
  REQUIRE(said.code == 0);
  CHECK(has(said.err, "placement 2 "));
  const auto shown = d.show(d / "signed.json");
  CHECK(shown.code == 0);
  CHECK(has(shown.out, "placement 2 of cluster trial"));
  CHECK(has(shown.out, "127.0.0.1:9999"));
  fs::copy_file(d / "signed.json", d.in_force("placement"), fs::copy_options::overwrite_existing);
  CHECK(says({"node", d / "c/nodes/city-79/node.json", "--check"}).code == 0);
}

TEST_CASE("a placement that may not follow is refused with its place, and not written") {
  const founded d;
  auto places = d.places();
  std::swap(places["nodes"][1]["hosts"], places["nodes"][2]["hosts"]);
  const auto said = d.sign_next(places);
  CHECK(said.code == 1);
  CHECK(has(said.err, "next.json: /nodes/1/hosts/0/epoch: "));
  CHECK_FALSE(fs::exists(d / "signed.json"));
  for (int n : {1, 2}) places["nodes"][n]["hosts"][0]["epoch"] = 2;
  CHECK(d.sign_next(places).code == 0);
}

TEST_CASE("an operator's slip in a placement or a hierarchy is refused with its place") {
  const founded d;
  auto places = d.places();
  places["nodes"][1]["adress"] = "127.0.0.1:9999";
  CHECK(has(d.sign_next(places).err, "/nodes/1/adress"));
  const auto wrong = d.write("wrong.json", R"({"source": "s", "root": {"code": "79"}})");
  const auto said = d.sign("hierarchy", wrong, {"--cluster", "trial", "--number", "2"});
  CHECK(said.code == 1);
  CHECK(has(said.err, "wrong.json: /root/name: "));
  CHECK_FALSE(fs::exists(d / "signed.json"));
}

TEST_CASE("a signed document that was edited is signed anew, its content alone") {
  const founded d;
  const auto edited = d.write("edited.json", replaced(d.read("c/nodes/city-79/hierarchy.json"),
                                                      "Phường Đa Kao", "Phường Sài Gòn"));
  REQUIRE(d.show(edited).code == 1);
  REQUIRE(d.sign("hierarchy", edited, {"--after", d.in_force("hierarchy")}).code == 0);
  CHECK(d.show(d / "signed.json").code == 0);
  CHECK(has(d.read("signed.json"), "Phường Sài Gòn"));
}

TEST_CASE("cluster and number come from the document before, or both from the command line") {
  const founded d;
  const auto file = d.small_city();
  CHECK(d.sign("hierarchy", file, {}).code == 2);
  CHECK(d.sign("hierarchy", file, {"--cluster", "trial"}).code == 2);
  CHECK(d.sign("hierarchy", file, {"--number", "2"}).code == 2);
  CHECK(d.sign("poem", file, {"--cluster", "trial", "--number", "2"}).code == 2);
  const auto before = d.in_force("hierarchy");
  CHECK(has(d.sign("hierarchy", file, {"--after", before, "--number", "1"}).err, "has number 1"));
  CHECK(has(d.sign("hierarchy", file, {"--after", before, "--cluster", "other"}).err,
            "is of cluster trial"));
  CHECK(has(d.sign("hierarchy", file, {"--after", d.in_force("placement")}).err,
            "is a signed placement"));
  CHECK(has(d.sign("hierarchy", d.in_force("placement"), {"--after", before}).err,
            "is a signed placement"));
  CHECK(d.sign("hierarchy", file, {"--after", before, "--number", "7"}).code == 0);
  CHECK(has(d.show(d / "signed.json").out, "hierarchy 7 of cluster trial"));
  const auto again = d.sign("hierarchy", file, {"--after", before});
  CHECK(again.code == 1);
  CHECK(has(again.err, "is there already"));
}

TEST_CASE("what another authority signed is not followed and not shown as good") {
  const founded d;
  const founded other;
  CHECK(d.sign("hierarchy", d.small_city(), {"--after", other.in_force("hierarchy")}).code == 1);
  const auto shown = d.show(other.in_force("hierarchy"));
  CHECK(shown.code == 1);
  CHECK(has(shown.out, "NOT GOOD"));
  const auto for_programs = says({"cluster", "show", other.in_force("hierarchy"), "--authority",
                                  d / "c/authority/authority.pem", "--json"});
  CHECK(for_programs.code == 1);
  CHECK(json::parse(for_programs.out)["signature"] == "bad");
}

TEST_CASE("two authorities sign while one follows the other") {
  const founded d;
  const founded next;
  REQUIRE(d.sign("hierarchy", d.small_city(),
                 {"--authority", next / "c/authority", "--after", d.in_force("hierarchy")})
              .code == 0);
  CHECK(d.show(d / "signed.json").code == 0);
  CHECK(next.show(d / "signed.json").code == 0);
}

TEST_CASE("what a signed hierarchy says is shown, for people and for programs") {
  const founded d;
  const auto shown = d.show(d.in_force("hierarchy"));
  CHECK(shown.code == 0);
  CHECK(has(shown.out, "hierarchy 1 of cluster trial"));
  CHECK(has(shown.out, "79 Thành phố Đẹp"));
  const auto said = says({"cluster", "show", d.in_force("hierarchy"), "--json"});
  CHECK(said.code == 0);
  const auto all = json::parse(said.out);
  CHECK(all["signature"] == "unchecked");
  CHECK(all["content"]["tiers"]["commune"] == 3);
  CHECK(all["sha256"].get<std::string>().size() == 64);
}

TEST_CASE("altered text is noticed, with and without the authority") {
  const founded d;
  const auto text = d.read("c/nodes/city-79/placement.json");
  const auto altered = d.write("altered.json", replaced(text, "127.0.0.1:7136", "127.0.0.1:6666"));
  CHECK(says({"cluster", "show", altered}).code == 1);
  CHECK(d.show(altered).code == 1);
  CHECK(json::parse(says({"cluster", "show", altered, "--json"}).out)["signature"] == "altered");
  const auto renumbered =
      d.write("renumbered.json", replaced(text, "\"number\": 1", "\"number\": 9"));
  CHECK(d.show(renumbered).code == 1);
  CHECK(has(says({"cluster", "show", d.small_city()}).err, "is not signed"));
}

TEST_CASE("a node's next certificate takes the place of the first") {
  const founded d;
  const auto issue = [&] {
    return says({"cluster", "certificate", "district-760", "--cluster", "trial", "--authority",
                 d / "c/authority", "--out", d / "renewed", "--days", "5"});
  };
  REQUIRE(issue().code == 0);
  CHECK(d.mode("renewed/node.key") == 0600);
  const auto again = issue();
  CHECK(again.code == 1);
  CHECK(has(again.err, "is there already"));
  for (const char* file : {"node.pem", "node.key"})
    fs::rename(d / (std::string("renewed/") + file),
               d / (std::string("c/nodes/district-760/") + file));
  CHECK(says({"node", d / "c/nodes/district-760/node.json", "--check"}).code == 0);
  CHECK(says({"cluster", "certificate", "x", "--cluster", "trial", "--authority", d / "c/authority",
              "--out", d / "late", "--days", "36500"})
            .code == 1);
  CHECK_FALSE(fs::exists(d / "late"));
}

} // namespace loa::cli::test
