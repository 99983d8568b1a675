#include "listener.hpp"
#include "load.hpp"
#include "small_disk.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>

using namespace loa::system_test;
using namespace std::chrono_literals;

namespace {

constexpr std::uint64_t mebibyte = std::uint64_t{1} << 20;

/// A bulletin that takes room.
call large(city& c, unsigned n) {
  auto b = bulletin_of(a_commune, fmt::format("Tin {}", n));
  auto body = json::parse(b.body);
  body["text"]["vi"] = std::string(6'000, 'a' + static_cast<char>(n % 26));
  body["channels"] = {"app"};
  b.body = body.dump();
  b.key = fmt::format("key-{}", n);
  b.token = c.token("editor");
  return b;
}

/// Posts until it is refused for that reason; gives the refusal. What is answered goes to `kept`.
exchange post_until_refused(city& c, const std::string& reason, std::vector<exchange>& kept) {
  caller to(c.node().port());
  for (unsigned n = 0; n < 5'000; ++n) {
    exchange e{large(c, static_cast<unsigned>(kept.size())), a_commune, {}};
    e.answered = to.send(e.asked);
    INFO(e.answered->body);
    if (e.answered->status == 202) {
      kept.push_back(std::move(e));
      continue;
    }
    REQUIRE(e.answered->status == 503);
    CHECK_FALSE(e.answered->field("retry-after").empty());
    // Where acknowledgements could not be stored first, the unit is just reading its state anew.
    if (e.answered->json()["detail"].get<std::string>().find(reason) != std::string::npos) return e;
  }
  FAIL("the disk is never full");
  return {};
}

void check_kept(city& c, const std::vector<exchange>& kept) {
  caller to(c.node().port());
  std::map<std::string, json> there;
  for (const auto& b : c.bulletins(a_commune)) there[b["id"]] = b["position"];
  std::set<std::string> answered;
  for (const auto& e : kept) {
    const auto first = e.answered->json();
    REQUIRE(there.contains(first["id"]));
    CHECK(there[first["id"]] == first["position"]);
    CHECK(answered.insert(first["id"]).second);
    CHECK(to.send(e.asked).json() == first);
  }
  for (const auto& [id, position] : there) {
    INFO(id << " was refused, and is there");
    CHECK(answered.contains(id));
  }
}

/// What must go on while nothing can be stored.
void lives(city& c, listener& an, std::vector<exchange>& kept) {
  CHECK(c.ask({.target = "/healthz"}).status == 200);
  CHECK(c.ask({.target = "/readyz"}).status == 200);
  CHECK(c.bulletins(a_commune).size() > 1);
  // An emergency is passed on although it cannot be kept, and its publisher is told so. Small ones
  // may still find room.
  for (unsigned n = 0; n < 500; ++n) {
    const auto name = fmt::format("fire-{}", n);
    exchange e{alert_of(a_commune, name), a_commune, {}};
    const std::string headline = "Cháy lớn tại chợ";
    e.asked.body.replace(e.asked.body.find(headline), headline.size(), name);
    e.asked.token = c.token("editor");
    e.answered = c.ask(e.asked);
    if (e.answered->status == 202) {
      kept.push_back(std::move(e));
      continue;
    }
    CHECK(e.answered->status == 503);
    INFO(e.answered->body);
    CHECK(soon([&] {
      return std::ranges::any_of(an.heard(),
                                 [&](const json& f) { return f["headline"]["vi"] == name; });
    }));
    break;
  }
  CHECK(c.node().alive());
}

} // namespace

TEST_CASE("a full disk: what cannot be stored is refused, streams live, and room heals it") {
  city c;
  const small_disk disk(c.file("data"), 48 * mebibyte);
  if (!disk.refusal().empty()) {
    WARN("Not tried, since no disk could be mounted: " << disk.refusal());
    return;
  }
  c.start();
  listener an(c.follow("an", a_commune), acknowledge);
  std::vector<exchange> kept;
  for (unsigned n = 0; n < 20; ++n) {
    kept.push_back({large(c, n), a_commune, {}});
    kept.back().answered = c.ask(kept.back().asked);
    REQUIRE(kept.back().answered->status == 202);
  }
  disk.fill(mebibyte / 2);
  const auto refused = post_until_refused(c, "no room is left on the disk", kept);
  lives(c, an, kept);

  SECTION("room is made while it runs") {
    disk.empty();
    // The very request that was refused is taken now, and once.
    kept.push_back(refused);
    REQUIRE(soon([&] {
      kept.back().answered = c.ask(refused.asked);
      return kept.back().answered->status == 202;
    }));
    CHECK(soon([&] { return ids_in(an.heard()).contains(kept.back().answered->json()["id"]); }));
    c.node().kill();
    c.start();
    check_kept(c, kept);
  }
  SECTION("it is killed and started on the full disk") {
    c.node().kill();
    disk.fill(0);
    // It serves or says why not; it never spoils what is there.
    node_process on_full(c.config());
    if (on_full.port() == 0) {
      CHECK(on_full.ended_within(10s) == 1);
      CHECK_THAT(on_full.said(), Catch::Contains("no room is left on the disk"));
    }
    on_full.kill();
    disk.empty();
    c.start();
    check_kept(c, kept);
  }
}

TEST_CASE("a full journal: refused with the remedy, and a larger one has all that was answered") {
  city c;
  c.configure({{"limits", {{"journal_size", "2 MiB"}}}});
  c.start();
  listener an(c.follow("an", a_commune), acknowledge);
  std::vector<exchange> kept;
  const auto refused = post_until_refused(c, "its map is full", kept);
  lives(c, an, kept);
  CHECK(soon([&] {
    return c.ask({.target = "/metrics"}).body.find("loa_room_is_scarce 1") != std::string::npos;
  }));
  c.node().signal(SIGTERM);
  CHECK(c.node().ended_within(20s) == 0);
  c.configure({{"limits", {{"journal_size", "64 MiB"}}}});
  c.start();
  check_kept(c, kept);
  CHECK(c.ask(refused.asked).status == 202);
}
