#include <bindings/node/ask_window.hpp>
#include <bindings/node/station.hpp>
#include <loa/protocol/unit.hpp>

#include <catch2/catch.hpp>

#include <fstream>

namespace fs = std::filesystem;
namespace host = loa::host;
namespace unit = loa::unit;
using loa::name;
using loa::wire::value;

namespace {

struct site {
  fs::path dir;
  host::config config;
  site() {
    std::string pattern = (fs::temp_directory_path() / "loa-station-XXXXXX").string();
    dir = mkdtemp(pattern.data());
    config.name = "first";
    config.data = dir / "data";
    config.hierarchy = dir / "city.json";
    config.http.listen = "127.0.0.1:0";
    write_hierarchy("Phường Tân Định");
  }
  ~site() { fs::remove_all(dir); }

  void write_hierarchy(const std::string& commune) const {
    std::ofstream(dir / "city.json")
        << R"({"source": "a test", "root": {"code": "79", "name": "Thành phố", "tier": "city",
          "children": [{"code": "760", "name": "Quận 1", "tier": "district", "children": [
            {"code": "26734", "name": ")"
        << commune << R"(", "tier": "commune"}]}]}})";
  }
  [[nodiscard]] std::unique_ptr<host::station> open() const {
    auto opened = host::station::open(config, {});
    if (!opened) FAIL(opened.error().to_string());
    return *std::move(opened);
  }
};

std::string name_of(host::station& s, const std::string& unit_path) {
  const auto who = name::of("unit", *loa::path::parse(unit_path));
  const auto answer = s.node().ask_and_wait(who, value::of(unit::get_unit{}));
  if (!answer) return answer.error().detail;
  return answer->get<unit::unit_status>()->name;
}

} // namespace

TEST_CASE("a node does not start without the key of the tokens that it gave out") {
  const site s;
  (void)s.open();
  std::ofstream(s.config.data / "tokens.jsonl") << "{}\n";
  (void)s.open(); // the key is there
  fs::remove(s.config.data / "token.key");
  const auto refused = host::station::open(s.config, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("token.key is gone") != std::string::npos);
}

TEST_CASE("a layout that is not in force today is named with its dates, on its last day not yet") {
  const auto layout = [](const std::string& dates) {
    return loa::model::unit_tree::load(R"({"source": "a test", )" + dates +
                                       R"("root": {"code": "79", "name": "C", "tier": "city"}})")
        .value();
  };
  const auto said = [&](const std::string& dates, const char* now) {
    return host::out_of_force(layout(dates), "h.json", *loa::parse_rfc3339(now)).value_or("");
  };
  const std::string old = R"("valid_to": "2025-06-30", )";
  const std::string next = R"("valid_from": "2025-07-01", )";
  CHECK(said(old, "2025-06-30T23:59:59+07:00").empty());
  CHECK(said(old, "2025-07-01T00:00:00+07:00").find("until 2025-06-30; today is 2025-07-01") !=
        std::string::npos);
  CHECK(said(next, "2025-07-01T00:00:00+07:00").empty());
  CHECK(said(next, "2025-06-30T23:59:59+07:00").find("from 2025-07-01") != std::string::npos);
  CHECK(said("", "2025-06-30T23:59:59+07:00").empty());
}

TEST_CASE("every unit of the hierarchy knows what it is once the node serves") {
  const site s;
  const auto station = s.open();
  CHECK(name_of(*station, "79") == "Thành phố");
  CHECK(name_of(*station, "79.760.26734") == "Phường Tân Định");
  CHECK(station->listening().port != 0);
}

TEST_CASE("a second node on the same data is refused with the name of the first") {
  const site s;
  const auto station = s.open();
  auto second = s.config;
  second.name = "second";
  const auto refused = host::station::open(second, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == loa::errc::conflict);
  CHECK(refused.error().detail.find("first") != std::string::npos);
}

TEST_CASE("a start with an unchanged hierarchy wakes no unit, a changed one is told") {
  const site s;
  s.open().reset();
  {
    const auto again = s.open();
    CHECK(again->node().read_figures().awake == 0);
  }
  s.write_hierarchy("Phường Sài Gòn");
  const auto changed = s.open();
  CHECK(name_of(*changed, "79.760.26734") == "Phường Sài Gòn");
}

TEST_CASE("a hierarchy that is wrong starts nothing and is named with the place") {
  const site s;
  std::ofstream(s.dir / "city.json") << R"({"source": "s", "root": {"code": "79", "name": "X",
    "tier": "city", "children": [{"code": "1", "name": "Y", "tier": "kingdom"}]}})";
  const auto refused = host::station::open(s.config, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find("city.json") != std::string::npos);
  CHECK(refused.error().pointer.find("/root/children/0") == 0);
  CHECK_FALSE(fs::exists(s.config.data));
}

TEST_CASE("an address that is taken is refused by name, and the data is free again") {
  site s;
  const auto first = s.open();
  site other;
  other.config.http.listen = first->listening().str();
  const auto refused = host::station::open(other.config, {});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().detail.find(first->listening().str()) != std::string::npos);
  other.config.http.listen = "127.0.0.1:0";
  CHECK(host::station::open(other.config, {}));
}

TEST_CASE("a certificate that cannot be used starts nothing") {
  site s;
  s.config.http.certificate = s.dir / "city.json";
  s.config.http.key = s.dir / "city.json";
  CHECK_FALSE(host::station::open(s.config, {}));
}

TEST_CASE("stopping is clean, and may be repeated") {
  const site s;
  const auto station = s.open();
  CHECK(station->stop());
  CHECK(station->stop());
  CHECK_FALSE(station->node().ask_and_wait(name::of("unit", *loa::path::parse("79")),
                                           value::of(unit::get_unit{})));
}

TEST_CASE("a window waits for all answers and keeps the first failure with its entity") {
  const site s;
  const auto station = s.open();
  host::ask_window window(station->node(), 2);
  for (int i = 0; i < 20; ++i)
    window.ask(name::of("unit", *loa::path::parse("79")), value::of(unit::get_unit{}));
  window.ask(name::of("unit", *loa::path::parse("80")), value::of(unit::get_unit{}));
  const auto all = window.finish();
  REQUIRE_FALSE(all);
  CHECK(all.error().detail.find("unit/80") == 0);
  CHECK(window.answered() == 21);
}
