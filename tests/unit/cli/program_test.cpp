#include <bindings/cli/app.hpp>
#include <bindings/cli/fresh_alert.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/station.hpp>

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>
#include <nlohmann/json.hpp>

#include <fstream>
#include <sstream>

namespace fs = std::filesystem;
namespace host = loa::host;
using nlohmann::json;

namespace {

struct outcome {
  int code;
  std::string out;
  std::string err;
};

outcome loa_says(const std::vector<std::string>& arguments, const std::string& input = {}) {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  const int code = loa::cli::run(arguments, {in, out, err});
  return {code, out.str(), err.str()};
}

std::string trimmed(std::string s) {
  while (!s.empty() && s.back() == '\n') s.pop_back();
  return s;
}

/// A small city on the disk, and its node where a test wants one.
class small_city {
public:
  small_city() {
    std::string pattern = (fs::temp_directory_path() / "loa-cli-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
    std::ofstream(dir_ / "city.json") << R"({"source": "a test", "root": {
      "code": "79", "name": "Thành phố", "tier": "city", "children": [
        {"code": "760", "name": "Quận 1", "tier": "district", "children": [
          {"code": "26734", "name": "Phường Tân Định", "tier": "commune"}]}]}})";
    std::ofstream(config()) << R"({"name": "test", "data": "data", "hierarchy": "city.json",
      "http": {"listen": "127.0.0.1:0"}})";
  }
  ~small_city() {
    station_.reset();
    fs::remove_all(dir_);
  }

  void start() {
    auto opened = host::station::open(host::read_config(config()).value.value(), {});
    if (!opened) FAIL(opened.error().to_string());
    station_ = *std::move(opened);
    url_ = "http://" + station_->listening().str();
  }
  void stop() { station_.reset(); }

  [[nodiscard]] fs::path file(const std::string& name) const { return dir_ / name; }
  [[nodiscard]] std::string config() const { return file("node.json").string(); }
  [[nodiscard]] std::string token(const std::string& role, const std::string& unit) const {
    const auto said =
        loa_says({"token", "add", "--config", config(), "--role", role, "--unit", unit});
    REQUIRE(said.code == 0);
    return trimmed(said.out);
  }
  /// A command to the running node, with what tells it where that is.
  [[nodiscard]] outcome ask(std::vector<std::string> arguments, const std::string& token = {},
                            const std::string& input = {}) const {
    arguments.insert(arguments.end(), {"--url", url_});
    if (!token.empty()) arguments.insert(arguments.end(), {"--token", token});
    return loa_says(arguments, input);
  }

private:
  fs::path dir_;
  std::unique_ptr<host::station> station_;
  std::string url_;
};

const char* notice = R"({"priority": "priority", "category": "public_service",
  "headline": {"vi": "Tạm ngừng cấp nước"}, "text": {"vi": "Từ 22 giờ."}})";

} // namespace

TEST_CASE("a wrong command line ends with 2 and says what is wrong") {
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {},
           {"fly"},
           {"publish"},
           {"publish", "x.xml"},
           {"publish", "x.xml", "--unit", "79 1"},
           {"token", "add", "--data", "d", "--role", "king", "--unit", "79"},
           {"token", "list"},
           {"token", "list", "--data", "d", "--config", "c"},
           {"report", "act", "CODE", "dance"},
           {"report", "act", "CODE", "rate", "--rating", "6"},
           {"device", "add", "79", "spk", "--kind", "radio"},
           {"status", "--unit"},
           {"journal", "dump", "--data", "d", "--table", "none"},
           {"demo", "--citizens", "-1"}}) {
    const auto said = loa_says(wrong);
    CHECK(said.code == 2);
    CHECK_FALSE(said.err.empty());
    CHECK(said.out.empty());
  }
}

TEST_CASE("a command that is none is named as such, also where help is asked of it") {
  for (const auto& wrong : std::vector<std::vector<std::string>>{
           {"frob"}, {"frob", "--help"}, {"frob", "publish", "x.xml"}}) {
    const auto said = loa_says(wrong);
    CHECK(said.code == 2);
    CHECK(said.out.empty());
    CHECK(said.err.find("there is no command \"frob") != std::string::npos);
  }
  const auto below = loa_says({"report", "frob", "--help"});
  CHECK(below.code == 2);
  CHECK(below.err.find("there is no command \"report frob\"; loa report --help") !=
        std::string::npos);
}

TEST_CASE("every command has a help that shows how it is used") {
  for (const char* command :
       {"node", "demo", "publish", "report", "device", "status", "token", "journal", "cluster"}) {
    const auto said = loa_says({command, "--help"});
    CHECK(said.code == 0);
    CHECK(said.out.find("  loa " + std::string(command)) != std::string::npos);
  }
  for (const auto& [group, command] :
       std::vector<std::pair<std::string, std::string>>{{"report", "submit"},
                                                        {"report", "show"},
                                                        {"report", "act"},
                                                        {"device", "add"},
                                                        {"device", "list"},
                                                        {"device", "remove"},
                                                        {"token", "add"},
                                                        {"token", "list"},
                                                        {"token", "revoke"},
                                                        {"journal", "verify"},
                                                        {"journal", "dump"},
                                                        {"journal", "backup"},
                                                        {"journal", "restore"},
                                                        {"cluster", "init"},
                                                        {"cluster", "sign"},
                                                        {"cluster", "show"},
                                                        {"cluster", "certificate"}}) {
    INFO(group << " " << command);
    CHECK(loa_says({group, command, "--help"}).out.find("  loa " + group + " " + command) !=
          std::string::npos);
  }
  CHECK(loa_says({"--help"}).out.find("loa demo") != std::string::npos);
}

TEST_CASE("a token is printed alone and works before the node's first start") {
  small_city city;
  const auto said =
      loa_says({"token", "add", "--config", city.config(), "--role", "editor", "--unit", "79"});
  CHECK(said.code == 0);
  CHECK(said.err.empty());
  CHECK(std::count(said.out.begin(), said.out.end(), '\n') == 1);
  CHECK(said.out.find(' ') == std::string::npos);
  city.start();
  CHECK(city.ask({"publish", "-", "--unit", "79"}, trimmed(said.out), notice).code == 0);
}

TEST_CASE("a mistake in the config is shown with file and place, and nothing is done") {
  small_city city;
  std::ofstream(city.config()) << R"({"name": "x", "data": "data", "hierarchie": "city.json"})";
  const auto said = loa_says({"token", "list", "--config", city.config()});
  CHECK(said.code == 1);
  CHECK(said.err.find("node.json: /hierarchie: ") != std::string::npos);
  CHECK(said.err.find("node.json: /hierarchy: ") != std::string::npos);
  CHECK_FALSE(fs::exists(city.file("data")));
}

TEST_CASE("a file that cannot be read is named once, and a place only where there is one") {
  small_city city;
  const auto none = loa_says({"node", city.file("none.json").string(), "--check"});
  CHECK(none.code == 1);
  CHECK(none.err.find("none.json") == none.err.rfind("none.json"));
  std::ofstream(city.file("city.json")) << "not JSON";
  const auto wrong = loa_says({"node", city.config(), "--check"});
  CHECK(wrong.code == 1);
  CHECK(wrong.err.find("city.json: ") != std::string::npos);
  CHECK(wrong.err.find(": :") == std::string::npos);
}

TEST_CASE("a check warns of a hierarchy that is no longer in force, and of no other") {
  small_city city;
  CHECK(loa_says({"node", city.config(), "--check"}).err.find("warning") == std::string::npos);
  std::ofstream(city.file("city.json")) << R"({"source": "s", "valid_to": "2025-06-30",
      "root": {"code": "79", "name": "C", "tier": "city"}})";
  const auto said = loa_says({"node", city.config(), "--check"});
  CHECK(said.code == 0);
  CHECK(said.err.find("loa: warning: ") == 0);
  CHECK(said.err.find("2025-06-30") != std::string::npos);
}

TEST_CASE("a token for a unit that the hierarchy does not have is given out with a warning") {
  small_city city;
  const auto add = [&](const char* unit) {
    return loa_says(
        {"token", "add", "--config", city.config(), "--role", "editor", "--unit", unit});
  };
  const auto unknown = add("79.999999");
  CHECK(unknown.code == 0);
  CHECK(std::count(unknown.out.begin(), unknown.out.end(), '\n') == 1);
  CHECK(unknown.err.find("no unit 79.999999") != std::string::npos);
  CHECK(add("79.760").err.empty());
}

TEST_CASE("tokens of a directory that is no node's are refused, and nothing is made there") {
  small_city city;
  const auto typo = city.file("typo").string();
  for (const auto& what : std::vector<std::vector<std::string>>{
           {"add", "--role", "editor", "--unit", "79"}, {"list"}, {"revoke", "ID"}}) {
    std::vector<std::string> arguments{"token"};
    arguments.insert(arguments.end(), what.begin(), what.end());
    arguments.insert(arguments.end(), {"--data", typo});
    const auto said = loa_says(arguments);
    CHECK(said.code == 1);
    CHECK(said.err.find("no node's data in " + typo) != std::string::npos);
  }
  CHECK_FALSE(fs::exists(typo));
  (void)city.token("editor", "79");
  CHECK(loa_says({"token", "list", "--data", city.file("data").string()}).code == 0);
}

TEST_CASE("tokens whose key is gone are not shown as good") {
  small_city city;
  (void)city.token("editor", "79");
  fs::remove(city.file("data") / "token.key");
  const auto listed = loa_says({"token", "list", "--config", city.config()});
  CHECK(listed.code == 1);
  CHECK(listed.out.find("no key") != std::string::npos);
  CHECK(listed.err.find("token.key is gone") != std::string::npos);
  CHECK(loa_says({"token", "add", "--config", city.config(), "--role", "editor", "--unit", "79"})
            .code == 1);
}

TEST_CASE("who names the journal where the data directory is wanted is told so") {
  small_city city;
  city.start();
  city.stop();
  const auto journal = (city.file("data") / "journal").string();
  for (const std::string what : {"verify", "dump"}) {
    const auto said = loa_says({"journal", what, "--data", journal});
    CHECK(said.code == 1);
    CHECK(said.err.find("--data " + city.file("data").string() + "\n") != std::string::npos);
    CHECK(loa_says({"journal", what, "--data", city.file("no").string()})
              .err.find("is not its data directory") != std::string::npos);
  }
}

TEST_CASE("a dump of a damaged journal writes what can be read and ends with 1") {
  small_city city;
  city.start();
  city.stop();
  const auto whole = loa_says({"journal", "dump", "--config", city.config()});
  REQUIRE(whole.code == 0);
  const auto file = city.file("data") / "journal" / "data.mdb";
  std::ifstream in(file, std::ios::binary);
  std::string pages(std::istreambuf_iterator<char>(in), {});
  in.close();
  const std::string somewhere = "Phường Tân Định";
  for (auto at = pages.find(somewhere); at != pages.npos; at = pages.find(somewhere, at + 1))
    pages[at] = 'p';
  std::ofstream(file, std::ios::binary) << pages;
  const auto said = loa_says({"journal", "dump", "--config", city.config()});
  CHECK(said.code == 1);
  CHECK(std::count(said.out.begin(), said.out.end(), '\n') ==
        std::count(whole.out.begin(), whole.out.end(), '\n'));
  CHECK(said.err.find("damaged") != std::string::npos);
}

TEST_CASE("a config can be checked without a start, its hierarchy included") {
  small_city city;
  const auto good = loa_says({"node", city.config(), "--check"});
  CHECK(good.code == 0);
  CHECK(good.err.find("3 units") != std::string::npos);
  std::ofstream(city.file("city.json")) << R"({"source": "s", "root": {"code": "79"}})";
  CHECK(loa_says({"node", city.config(), "--check"}).code == 1);
  CHECK_FALSE(fs::exists(city.file("data")));
}

TEST_CASE("commands without a node say that nothing listens there") {
  const auto said = loa_says({"status", "--url", "http://127.0.0.1:1"});
  CHECK(said.code == 1);
  CHECK(said.err.find("Nothing listens on http://127.0.0.1:1") != std::string::npos);
}

TEST_CASE("a bulletin is published from standard input and found again in its figures") {
  small_city city;
  city.start();
  const auto editor = city.token("editor", "79");
  REQUIRE(city.ask({"device", "add", "79.760.26734", "spk-1"}, city.token("administrator", "79"))
              .code == 0);
  const auto said = city.ask({"publish", "-", "--unit", "79.760", "--json"}, editor, notice);
  REQUIRE(said.code == 0);
  const auto accepted = json::parse(said.out);
  CHECK(accepted["unit"] == "79.760");
  const auto figures =
      city.ask({"status", "--bulletin", accepted["id"].get<std::string>()}, editor);
  CHECK(figures.code == 0);
  CHECK(figures.out.find("79.760.26734") != std::string::npos);
}

TEST_CASE(
    "a CAP alert from a file is published, and again under the same identity changes nothing") {
  small_city city;
  city.start();
  const auto editor = city.token("editor", "79");
  std::ifstream in(fs::path(LOA_SOURCE_DIR) / "examples" / "alert.xml");
  const std::string example(std::istreambuf_iterator<char>(in), {});
  loa::seeded_random random(1);
  const auto alert =
      loa::cli::fresh_alert(example, *loa::path::parse("79"), loa::system_clock().now(), random);
  REQUIRE(alert);
  std::ofstream(city.file("alert.xml")) << *alert;
  const std::vector<std::string> publish{"publish", city.file("alert.xml").string(), "--unit", "79",
                                         "--json"};
  const auto first = city.ask(publish, editor);
  const auto second = city.ask(publish, editor);
  REQUIRE(first.code == 0);
  REQUIRE(second.code == 0);
  CHECK(json::parse(first.out)["id"] == json::parse(second.out)["id"]);
  CHECK(json::parse(first.out)["position"] == json::parse(second.out)["position"]);
}

TEST_CASE("the example alert is published as new, and standard output is its id alone") {
  small_city city;
  city.start();
  const auto editor = city.token("editor", "79");
  const auto example = (fs::path(LOA_SOURCE_DIR) / "examples" / "alert.xml").string();
  const auto first = city.ask({"publish", example, "--as-new", "--unit", "79"}, editor);
  INFO(first.err);
  REQUIRE(first.code == 0);
  CHECK(std::count(first.out.begin(), first.out.end(), '\n') == 1);
  CHECK(city.ask({"status", "--bulletin", trimmed(first.out)}, editor).code == 0);
  const auto second = city.ask({"publish", example, "--as-new", "--unit", "79"}, editor);
  CHECK(second.out != first.out);
}

TEST_CASE("who publishes an alert whose time is over hears of --as-new") {
  small_city city;
  city.start();
  const auto example = (fs::path(LOA_SOURCE_DIR) / "examples" / "alert.xml").string();
  std::ifstream in(example);
  std::string old(std::istreambuf_iterator<char>(in), {});
  for (auto at = old.find("2026-10-1"); at != old.npos; at = old.find("2026-10-1"))
    old.replace(at, 4, "2020");
  const auto said = city.ask({"publish", "-", "--unit", "79"}, city.token("editor", "79"), old);
  CHECK(said.code == 1);
  CHECK(said.err.find("expired") != std::string::npos);
  CHECK(said.err.find("--as-new") != std::string::npos);
}

TEST_CASE("only a CAP alert is published as new, and under no key") {
  small_city city;
  city.start();
  const auto editor = city.token("editor", "79");
  const auto said = city.ask({"publish", "-", "--as-new", "--unit", "79"}, editor, notice);
  CHECK(said.code == 1);
  CHECK(said.err.find("--as-new is for CAP alerts") != std::string::npos);
  CHECK(city.ask({"publish", "-", "--as-new", "--key", "k", "--unit", "79"}, editor).code == 2);
}

TEST_CASE("what the node refuses is shown with its reason and ends with 1") {
  small_city city;
  city.start();
  const auto nobody = city.ask({"publish", "-", "--unit", "79"}, {}, notice);
  CHECK(nobody.code == 1);
  CHECK(nobody.err.find("--token-file FILE") != std::string::npos);
  CHECK(nobody.err.find("Bearer") == std::string::npos);
  CHECK(city.ask({"publish", "-", "--unit", "79"}, "not-a-token", notice).code == 1);
  const auto narrow =
      city.ask({"publish", "-", "--unit", "79"}, city.token("editor", "79.760"), notice);
  CHECK(narrow.code == 1);
  CHECK(narrow.err.find("79.760") != std::string::npos);
  CHECK(city.ask({"publish", "-", "--unit", "79"}, city.token("editor", "79"), "hello").code == 1);
  const auto wrong = city.ask({"publish", "-", "--unit", "79"}, city.token("editor", "79"),
                              R"({"priority": "loud"})");
  CHECK(wrong.code == 1);
  CHECK(wrong.err.find("/priority") != std::string::npos);
}

TEST_CASE("a revoked token is refused by the running node") {
  small_city city;
  const auto editor = city.token("editor", "79");
  const auto listed = loa_says({"token", "list", "--config", city.config(), "--json"});
  const auto id = json::parse(listed.out).at(0).at("id").get<std::string>();
  REQUIRE(loa_says({"token", "revoke", id, "--config", city.config()}).code == 0);
  city.start();
  CHECK(city.ask({"publish", "-", "--unit", "79"}, editor, notice).code == 1);
  CHECK(loa_says({"token", "revoke", "NOBODY", "--config", city.config()}).code == 1);
  CHECK(loa_says({"token", "list", "--config", city.config()}).out.find("revoked") !=
        std::string::npos);
}

TEST_CASE("devices are registered, listed in Vietnamese and removed") {
  small_city city;
  city.start();
  const auto admin = city.token("administrator", "79");
  const std::string unit = "79.760.26734";
  REQUIRE(
      city.ask({"device", "add", unit, "spk-1", "--name", "Cụm loa chợ Tân Định"}, admin).code ==
      0);
  const auto list = city.ask({"device", "list", unit}, admin);
  CHECK(list.out.find("Cụm loa chợ Tân Định") != std::string::npos);
  REQUIRE(city.ask({"device", "remove", unit, "spk-1"}, admin).code == 0);
  CHECK(city.ask({"device", "list", unit}, admin).out.empty());
  CHECK(city.ask({"device", "remove", unit, "spk-1"}, admin).code == 1);
}

TEST_CASE("a report is sent, answered by its official and read by its code") {
  small_city city;
  city.start();
  const std::string unit = "79.760.26734";
  const auto sent = city.ask({"report", "submit", "--unit", unit, "--citizen", "lan", "--category",
                              "road", "--text", "Ổ gà trước số 12", "--json"});
  REQUIRE(sent.code == 0);
  const auto code = json::parse(sent.out)["code"].get<std::string>();
  const auto official = city.token("dispatcher", unit);
  CHECK(city.ask({"report", "act", code, "start"}, official).code == 1); // not yet assigned
  REQUIRE(city.ask({"report", "act", code, "classify"}, official).code == 0);
  REQUIRE(city.ask({"report", "act", code, "assign", "--to", unit}, official).code == 0);
  REQUIRE(city.ask({"report", "act", code, "answer", "--note", "Đã vá"}, official).code == 0);
  const auto seen = city.ask({"report", "show", code});
  CHECK(seen.code == 0);
  CHECK(seen.out.find("Đã vá") != std::string::npos);
  CHECK(seen.out.find("Ổ gà") == std::string::npos); // personal, for the official only
  CHECK(city.ask({"report", "show", code}, official).out.find("Ổ gà") != std::string::npos);
  REQUIRE(city.ask({"report", "act", code, "rate", "--rating", "4"}).code == 0);
  CHECK(city.ask({"report", "show", code}).out.find("rated 4 of 5") != std::string::npos);
}

TEST_CASE("sending a report prints its code alone, so that a script can keep it") {
  small_city city;
  city.start();
  const auto sent = city.ask({"report", "submit", "--unit", "79.760.26734", "--citizen", "lan",
                              "--category", "road", "--text", "Ổ gà trước số 12"});
  REQUIRE(sent.code == 0);
  CHECK(sent.out.find(' ') == std::string::npos);
  CHECK(sent.err.find("due ") != std::string::npos);
  CHECK(city.ask({"report", "show", trimmed(sent.out)}).code == 0);
}

TEST_CASE("what was published is there after a restart, a backup and its restoration") {
  small_city city;
  city.start();
  const auto editor = city.token("editor", "79");
  const auto said = city.ask({"publish", "-", "--unit", "79", "--json"}, editor, notice);
  REQUIRE(said.code == 0);
  const auto id = json::parse(said.out)["id"].get<std::string>();
  city.stop();

  CHECK(loa_says({"journal", "verify", "--config", city.config()}).code == 0);
  const auto dump = loa_says({"journal", "dump", "--config", city.config(), "--unit", "79"});
  CHECK(dump.out.find(id) != std::string::npos);
  const auto backup = city.file("backup").string();
  REQUIRE(loa_says({"journal", "backup", backup, "--config", city.config()}).code == 0);
  CHECK(loa_says({"journal", "backup", backup, "--config", city.config()}).code == 1);
  CHECK(loa_says({"journal", "restore", backup, "--config", city.config()}).code == 1);
  fs::remove_all(city.file("data"));
  REQUIRE(loa_says({"journal", "restore", backup, "--config", city.config()}).code == 0);

  city.start();
  CHECK(city.ask({"status", "--bulletin", id}, editor).code == 0); // the old token is good still
}

TEST_CASE("a small demo reaches everybody and ends with 0") {
  const auto said = loa_says({"demo", "--exit", "--citizens", "500", "--devices-per-commune", "1",
                              "--listen", "127.0.0.1:0"});
  INFO(said.err);
  CHECK(said.code == 0);
  CHECK(said.out.find("Quận 1") != std::string::npos);
  CHECK(said.out.find("Measured") != std::string::npos);
}
