#include "listener.hpp"
#include "load.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <atomic>
#include <csignal>
#include <sstream>

using namespace loa::system_test;
using namespace std::chrono_literals;

namespace {

/// Clients that post until told to stop, and what they were answered.
class steady_load {
public:
  explicit steady_load(city& c) : editor_(c.token("editor")), port_(c.node().port()) {
    for (unsigned n = 0; n < 2; ++n) threads_.emplace_back([this, n] { post(n); });
  }
  ~steady_load() { stop(); }

  void stop() {
    over_ = true;
    for (auto& t : threads_)
      if (t.joinable()) t.join();
  }
  [[nodiscard]] std::vector<exchange> answered() const {
    const std::lock_guard lock(mutex_);
    return answered_;
  }

private:
  void post(unsigned n) {
    caller to(port_);
    for (unsigned i = 0; !over_ && i < 5'000; ++i) {
      exchange e;
      e.unit = all_units[i % all_units.size()];
      const auto name = fmt::format("c{}-{}", n, i);
      e.asked = n == 0 ? bulletin_of(e.unit, name) : report_of(e.unit, "an", name);
      e.asked.key = name;
      if (n == 0) e.asked.token = editor_;
      e.answered = to.send(e.asked);
      if (e.answered->status >= 300) return; // too much is in force: enough was posted
      const std::lock_guard lock(mutex_);
      answered_.push_back(std::move(e));
    }
  }

  const std::string editor_;
  const std::uint16_t port_;
  std::atomic<bool> over_ = false;
  mutable std::mutex mutex_;
  std::vector<exchange> answered_;
  std::vector<std::thread> threads_;
};

outcome journal(const city& c, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), "journal");
  arguments.insert(arguments.end(), {"--config", c.config().string()});
  auto said = loa_says(arguments);
  INFO(said.err);
  REQUIRE(said.code == 0);
  return said;
}

std::string published(city& c, call what) {
  what.token = c.token("editor");
  const auto a = c.ask(what);
  INFO(a.body);
  REQUIRE(a.status == 202);
  return a.json()["id"];
}

/// A node that was restored from a backup, and a citizen who has got more than it knows.
struct restored_city {
  city c;
  std::uint64_t ahead = 0; ///< His position.

  restored_city();
  /// Publishes something new, which must reach him when he comes back to `units`.
  void reaches_him(const std::string& units);
};

restored_city::restored_city() {
  c.start();
  std::vector<exchange> kept;
  std::vector<json> heard;
  {
    listener an(c.follow("an", a_commune), acknowledge);
    {
      steady_load load(c);
      REQUIRE(soon([&] { return load.answered().size() > 100 && !an.heard().empty(); }));
      kept = load.answered();
      journal(c, {"backup", c.file("backup").string()});
      const auto after = load.answered().size();
      REQUIRE(soon([&] { return load.answered().size() > after + 50; }));
    }
    published(c, alert_of(the_city, "not-in-the-backup"));
    REQUIRE(soon([&] { // he has it all
      heard = an.heard();
      return ids_in(heard).size() == c.bulletins(a_commune).size();
    }));
  }
  ahead = safe_position(heard);
  c.node().signal(SIGTERM);
  REQUIRE(c.node().ended_within(20s) == 0);

  c.configure({{"data", "restored"}});
  journal(c, {"restore", c.file("backup").string()});
  CHECK(json::parse(journal(c, {"verify", "--json"}).out)["sound"] == true);
  c.start(); // with the tokens of before, whose key is in the backup
  for (const auto& e : kept) {
    const auto again = c.ask(e.asked);
    INFO(again.body);
    CHECK(again.json() == e.answered->json());
  }
  const auto known = c.bulletins(a_commune);
  CHECK(known.size() < ids_in(heard).size());
}

void restored_city::reaches_him(const std::string& units) {
  const auto fresh = published(c, alert_of(the_city, "after-the-restoration"));
  // The feed gives out a position that he has seen already, for something else.
  REQUIRE(c.bulletins(a_commune).back()["position"] <= ahead);
  listener an(c.follow("an", units), acknowledge);
  CHECK(soon([&] { return ids_in(an.heard()).contains(fresh); }, 3s));
}

} // namespace

TEST_CASE("verify, dump and backup work on a live journal under load, and change nothing") {
  city c;
  c.start();
  steady_load load(c);
  REQUIRE(soon([&] { return load.answered().size() > 50; }));
  for (int round = 0; round < 3; ++round) {
    const auto found = json::parse(journal(c, {"verify", "--json"}).out);
    CHECK(found["sound"] == true);
    const auto before = load.answered().size();
    std::istringstream lines(journal(c, {"dump", "--table", "facts"}).out);
    std::size_t facts = 0;
    for (std::string line; std::getline(lines, line); ++facts) {
      const auto entry = json::parse(line);
      CHECK_FALSE(entry.contains("damage"));
      REQUIRE(entry["table"] == "facts");
    }
    CHECK(facts > 0);
    journal(c, {"backup", c.file(fmt::format("backup-{}", round)).string()});
    const auto copy = loa_says({"journal", "verify", "--json", "--data",
                                c.file(fmt::format("backup-{}", round)).string()});
    INFO(copy.out << copy.err);
    CHECK(copy.code == 0);
    CHECK(soon([&] { return load.answered().size() > before; })); // it goes on meanwhile
  }
  load.stop();
  const auto refused =
      loa_says({"journal", "backup", c.file("backup-0").string(), "--config", c.config().string()});
  CHECK(refused.code == 1);
  CHECK_THAT(refused.err, Catch::Contains("not an empty directory"));
  auto all = load.answered();
  c.node().kill();
  c.start();
  all_is_there_once(c, all);
}

TEST_CASE("a backup of a live node, restored elsewhere, serves; who is ahead gets what is new") {
  restored_city r;
  r.reaches_him(a_commune);
}

TEST_CASE("who names a position ahead of a restored node gets what is new, too") {
  restored_city r;
  r.reaches_him(fmt::format("{}@{}", a_commune, r.ahead));
}
