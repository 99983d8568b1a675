#include <bindings/node/archive.hpp>
#include <bindings/node/station.hpp>
#include <loa/protocol/unit.hpp>

#include <catch2/catch.hpp>
#include <support/bulletins.hpp>

#include <fstream>
#include <iterator>
#include <mutex>
#include <thread>

namespace fs = std::filesystem;
namespace host = loa::host;
namespace unit = loa::unit;
using loa::name;
using loa::wire::value;

namespace {

class kept_warnings : public loa::log_sink {
public:
  void write(loa::log_level level, std::string_view component, std::string_view message,
             std::initializer_list<loa::log_field> fields) override {
    const std::lock_guard lock(mutex_);
    if (level >= loa::log_level::warning && component == "delivery")
      warnings_.emplace_back(message);
    if (component == "upkeep")
      for (const auto& f : fields)
        if (f.key == "followers") followers_.emplace_back(f.value);
  }
  [[nodiscard]] std::vector<std::string> warnings() const {
    const std::lock_guard lock(mutex_);
    return warnings_;
  }
  [[nodiscard]] std::vector<std::string> followers() const {
    const std::lock_guard lock(mutex_);
    return followers_;
  }

private:
  mutable std::mutex mutex_;
  std::vector<std::string> warnings_;
  std::vector<std::string> followers_;
};

struct site {
  fs::path dir;
  host::config config;
  kept_warnings log;
  site() {
    std::string pattern = (fs::temp_directory_path() / "loa-damage-XXXXXX").string();
    dir = mkdtemp(pattern.data());
    config.name = "first";
    config.data = dir / "data";
    config.hierarchy = dir / "city.json";
    config.http.listen = "127.0.0.1:0";
    std::ofstream(config.hierarchy)
        << R"({"source": "a test", "root": {"code": "79", "name": "Thành phố", "tier": "city",
          "children": [{"code": "760", "name": "Quận 1", "tier": "district"},
                       {"code": "761", "name": "Quận 12", "tier": "district"}]}})";
  }
  ~site() { fs::remove_all(dir); }

  [[nodiscard]] std::unique_ptr<host::station> open() {
    auto opened = host::station::open(config, {.log = log});
    if (!opened) FAIL(opened.error().to_string());
    return *std::move(opened);
  }
};

name unit_named(const char* path) {
  return name::of("unit", *loa::path::parse(path));
}

std::uint64_t count(host::station& s, const char* metric) {
  return s.metrics().get_counter(metric, "").value();
}

bool soon(const auto& holds) {
  for (const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20); !holds();) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

/// Publishes in the city and waits until its two districts have it.
void publish(host::station& s, const std::string& local) {
  const auto b =
      loa::test::make_bulletin(*loa::path::parse("79"), local, loa::system_clock().now());
  const auto before = count(s, "loa_feed_entries_total");
  REQUIRE(s.node().ask_and_wait(unit_named("79"), value::of(unit::publish_bulletin{b})));
  REQUIRE(soon([&] { return count(s, "loa_feed_entries_total") >= before + 2; }));
}

} // namespace

TEST_CASE("after a restoration one line tells how many of the node's own units start again") {
  site s;
  {
    const auto station = s.open();
    publish(*station, loa::test::local_id(1));
  }
  REQUIRE(host::back_up(s.config.data, s.dir / "backup"));
  s.config.data = s.dir / "restored";
  REQUIRE(host::restore(s.dir / "backup", s.config.data, loa::system_clock().now()));
  const auto station = s.open();
  publish(*station, loa::test::local_id(2));
  CHECK(soon([&] { return !s.log.followers().empty(); }));
  CHECK(s.log.followers() == std::vector<std::string>{"2"});
  CHECK(s.log.warnings().empty());
  CHECK(count(*station, "loa_feed_restored_total") == 2);
}

TEST_CASE("an entity that cannot be read from the journal is counted, and the others serve") {
  site s;
  (void)s.open();
  const auto file = s.config.data / "journal" / "data.mdb";
  std::ifstream in(file, std::ios::binary);
  std::string pages(std::istreambuf_iterator<char>(in), {});
  in.close();
  const std::string somewhere = "Quận 12";
  for (auto at = pages.find(somewhere); at != pages.npos; at = pages.find(somewhere, at + 1))
    pages[at] = 'q';
  std::ofstream(file, std::ios::binary) << pages;

  const auto station = s.open();
  const auto ask = [&](const char* which) {
    return station->node().ask_and_wait(unit_named(which), value::of(unit::get_unit{}));
  };
  CHECK(ask("79.760"));
  CHECK(count(*station, "loa_journal_unreadable_total") == 0);
  CHECK_FALSE(ask("79.761"));
  CHECK(count(*station, "loa_journal_unreadable_total") == 1);
}
