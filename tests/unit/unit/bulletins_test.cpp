#include "unit_rig.hpp"

#include <set>

using namespace loa;
using namespace loa::test;
using namespace std::chrono_literals;
using model::priority;

TEST_CASE("a unit that was never configured does not exist") {
  rig<unit::entity> u("unit/79.999");
  CHECK(u.refused(unit::get_unit{}).code == errc::not_found);
  const auto b = make_bulletin(unit_path("79.999"), local_id(1), u.now);
  CHECK(u.refused(unit::publish_bulletin{b}).code == errc::not_found);
  CHECK(u.enter(entry_of(b, 1), "unit/79").facts.empty());
  CHECK(u.state().on_wake(u.context()).empty());
}

TEST_CASE("configuring writes only what changed, enrols children and follows the parent") {
  unit_rig u;
  CHECK(u.facts == 1);
  CHECK(u.tell(u.settings).facts.empty());
  CHECK(u.feed.followers(0, 10).size() == 2);
  u.settings.children = {unit_path("79.769.26794"), unit_path("79.769.26800")};
  const auto d = u.tell(u.settings);
  CHECK(effects_of<node::enrol>(d).size() == 1);
  REQUIRE(effects_of<node::dismiss>(d).size() == 1);
  CHECK(effects_of<node::dismiss>(d)[0].follower.str() == "unit/79.769.26797");
  const auto wake = u.state().on_wake(u.context());
  REQUIRE(wake.size() == 1);
  CHECK(std::get<node::follow>(wake[0]).feed.str() == "unit/79");
  u.settings.children = {unit_path("79.770")};
  CHECK(u.refused(u.settings).code == errc::rule);
  u.settings.children = {};
  u.settings.parent = unit_path("80");
  CHECK(u.refused(u.settings).code == errc::rule);
  u.check_lasting();
}

TEST_CASE("what is published goes into the feed once, with its body, lane, target and channels") {
  unit_rig u;
  auto b = u.make(1, priority::emergency);
  b.channels = {model::channel::loudspeaker, model::channel::app};
  b.target = {unit_path("79.769.26794")};
  const auto d = u.tell(unit::publish_bulletin{b});
  const auto* answer = d.reply.get<unit::accepted>();
  REQUIRE(answer);
  CHECK(answer->position == 1);
  CHECK(answer->warnings.empty());
  const auto published = effects_of<node::publish>(d);
  REQUIRE(published.size() == 1);
  CHECK(published[0].on == link::lane::emergency);
  CHECK(published[0].audience == b.target);
  CHECK(published[0].channels == 0b0111U);
  CHECK(published[0].expires == b.expires);
  CHECK(*published[0].body == model::frame_body(b));
  u.check_lasting();
}

TEST_CASE("the same publication again gets the first answer, another under its id a conflict") {
  unit_rig u;
  const auto b = u.make(1);
  u.publish(b);
  u.publish(u.make(2));
  const auto again = u.tell(unit::publish_bulletin{b});
  CHECK(again.facts.empty());
  CHECK(again.effects.empty());
  CHECK(again.reply.get<unit::accepted>()->position == 1);
  auto other = b;
  other.text["vi"] = "Khác";
  CHECK(u.refused(unit::publish_bulletin{other}).code == errc::conflict);
  other = b;
  other.target = {unit_path("79.769.26794")};
  CHECK(u.refused(unit::publish_bulletin{other}).code == errc::conflict);
}

TEST_CASE("a CAP alert is known by sender, identifier and time, whatever its id") {
  unit_rig u;
  const auto first = as_alert(u.make(1), "A1", "Alert");
  auto again = first;
  u.publish(first);
  again.id = u.make(2).id;
  CHECK(u.publish(again).id == first.id);
  again.cap_xml.data += " ";
  CHECK(u.refused(unit::publish_bulletin{again}).code == errc::conflict);
}

TEST_CASE("a bulletin is refused for what is wrong with it, and nothing is published") {
  unit_rig u;
  auto b = u.make(1);
  SECTION("another unit's") {
    b.unit = unit_path("79"), b.id = "79-" + local_id(1);
  }
  SECTION("a target outside") {
    b.target = {unit_path("79.770")};
  }
  SECTION("a target that is no unit below") {
    b.target = {unit_path("79.769.99999")};
  }
  SECTION("expired") {
    u.now = b.expires;
  }
  SECTION("over before it begins") {
    b.effective = b.expires;
  }
  SECTION("in force for years") {
    b.expires = b.effective + std::chrono::days(367);
  }
  SECTION("no headline") {
    b.headline.clear();
  }
  SECTION("an id of elsewhere") {
    b.id = "79.770-" + local_id(1);
  }
  CHECK(u.refused(unit::publish_bulletin{b}).code == errc::rule);
  CHECK(u.feed.head() == 0);
}

TEST_CASE("too many bulletins in force are refused, and emergencies have room of their own") {
  unit_rig u;
  for (std::uint64_t n = 1; n <= unit::limits::in_force; ++n) u.publish(u.make(n));
  CHECK(u.refused(unit::publish_bulletin{u.make(9'000)}).code == errc::too_many);
  CHECK(u.publish(u.make(9'001, priority::emergency)).position == unit::limits::in_force + 1);
  u.advance(25h);
  CHECK(u.publish(u.make(9'002)).position == unit::limits::in_force + 2);
}

TEST_CASE("what comes from above is passed on once, with the same body, to whom it concerns") {
  unit_rig u;
  auto b = make_bulletin(unit_path("79"), local_id(1), u.now, priority::emergency);
  const auto entry = entry_of(b, 7);
  const auto d = u.enter(entry, "unit/79");
  const auto out = effects_of<node::publish>(d);
  REQUIRE(out.size() == 1);
  CHECK(out[0].body == entry.body); // the pointer, not a copy
  CHECK(out[0].audience == std::vector{unit_path("79.769")});
  CHECK(out[0].on == link::lane::emergency);
  SECTION("a second copy is dropped, also after a crash") {
    CHECK(u.relays(b, 8).facts.empty());
    u.restart();
    CHECK(u.relays(b, 9).facts.empty());
  }
  SECTION("of several targets only those below are kept") {
    auto c = make_bulletin(unit_path("79"), local_id(2), u.now);
    c.target = {unit_path("79.760"), unit_path("79.769.26794"), unit_path("79.769.26797")};
    CHECK(effects_of<node::publish>(u.relays(c, 8))[0].audience ==
          std::vector{unit_path("79.769.26794"), unit_path("79.769.26797")});
    c = make_bulletin(unit_path("79"), local_id(3), u.now);
    c.target = {unit_path("79.760")};
    CHECK(u.relays(c, 9).facts.empty());
  }
  SECTION("what has expired is not") {
    auto c = make_bulletin(unit_path("79"), local_id(2), u.now);
    u.now = c.expires;
    CHECK(u.relays(c, 8).facts.empty());
  }
  SECTION("what cannot be read is refused") {
    auto e = entry_of(make_bulletin(unit_path("79"), local_id(2), u.now), 8);
    e.body = std::make_shared<const bytes>("]");
    CHECK(u.enter(e, "unit/79").refusal);
    e.body = nullptr;
    CHECK(u.enter(e, "unit/79").facts.empty());
  }
  u.check_lasting();
}

TEST_CASE("a unit that passed a bulletin on can show it, and only the first one has the document") {
  unit_rig u;
  const auto alert = as_alert(u.make(1), "A1", "Alert");
  const auto position = u.publish(alert).position;
  const auto own = u.ask<unit::bulletin_reply>(unit::get_bulletin{alert.id});
  CHECK(own.bulletin == alert);
  CHECK(own.position == position);
  CHECK(own.in_force);
  const auto above = as_alert(make_bulletin(unit_path("79"), local_id(2), u.now), "B", "Alert");
  u.relays(above, 3);
  auto expected = above;
  expected.author = {};
  expected.cap_xml = {};
  expected.target = {unit_path("79.769")};
  CHECK(u.ask<unit::bulletin_reply>(unit::get_bulletin{above.id}).bulletin == expected);
  u.now = alert.expires;
  CHECK(u.refused(unit::get_bulletin{alert.id}).code == errc::not_found);
}

TEST_CASE("Update and Cancel are known to have taken another's place, whichever came first") {
  unit_rig u;
  const auto alert = as_alert(u.make(1), "A1", "Alert");
  const auto cancel = as_alert(u.make(2), "A2", "Cancel", {reference_to(alert)});
  const bool late = GENERATE(false, true);
  const auto first = u.publish(late ? cancel : alert);
  const auto second = u.publish(late ? alert : cancel);
  CHECK(first.warnings.empty());
  CHECK(second.warnings.size() == (late ? 1 : 0));
  CHECK(u.ask<unit::bulletin_reply>(unit::get_bulletin{alert.id}).superseded_by == cancel.id);
  CHECK(u.ask<unit::bulletin_reply>(unit::get_bulletin{cancel.id}).superseded_by.empty());
  CHECK(u.figures().bulletins.replaced == 1);
  u.check_lasting();
}

TEST_CASE("the feed is read in pages and leaves out what has expired") {
  unit_rig u;
  for (std::uint64_t n = 1; n <= 7; ++n) {
    auto b = u.make(n);
    if (n == 2) b.expires = u.now + 1min;
    u.publish(b);
  }
  u.now += 2min;
  const auto page = u.ask<unit::bulletin_page>(unit::list_bulletins{0, 3});
  REQUIRE(page.items.size() == 3);
  CHECK(page.items[1].position == 3);
  CHECK(page.items[0].frame == model::frame(u.home_, 1, *u.feed.entries(0, 1)[0].body));
  CHECK(page.next == 4);
  const auto rest = u.ask<unit::bulletin_page>(unit::list_bulletins{*page.next, 100});
  CHECK(rest.items.size() == 3);
  CHECK_FALSE(rest.next);
  CHECK(u.ask<unit::frame_reply>(unit::get_frame{3}).id == u.make(3).id);
  CHECK(u.refused(unit::get_frame{99}).code == errc::not_found);
  CHECK(u.refused(unit::get_frame{0}).code == errc::not_found);
}

TEST_CASE("a page of emergencies reaches over however much else there is") {
  unit_rig u;
  for (std::uint64_t n = 1; n <= 300; ++n)
    u.publish(u.make(n, n % 100 == 0 ? model::priority::emergency : model::priority::routine));
  const auto page = u.ask<unit::bulletin_page>(unit::list_bulletins{0, 2, true});
  REQUIRE(page.items.size() == 2);
  CHECK(page.items[0].position == 100);
  REQUIRE(page.next == 200);
  const auto rest = u.ask<unit::bulletin_page>(unit::list_bulletins{*page.next, 2, true});
  REQUIRE(rest.items.size() == 1);
  CHECK(rest.items[0].position == 300);
  CHECK_FALSE(rest.next);
}

TEST_CASE("a page is limited in octets and still moves on") {
  unit_rig u;
  for (std::uint64_t n = 1; n <= 60; ++n) {
    auto b = u.make(n);
    b.text["vi"] = std::string(31'000, 'x');
    u.publish(b);
  }
  std::size_t seen = 0;
  std::optional<std::uint64_t> after = 0;
  for (int pages = 0; after; ++pages) {
    REQUIRE(pages < 10);
    const auto page = u.ask<unit::bulletin_page>(unit::list_bulletins{*after, 1'000});
    seen += page.items.size();
    CHECK(page.items.size() < 40);
    after = page.next;
  }
  CHECK(seen == 60);
}

TEST_CASE("targeted, delivered, left and late are those of the own followers, by kind") {
  unit_rig u;
  for (const auto* id : {"a", "b", "c", "d"}) u.citizen(id);
  u.tell(unit::register_device{"loa-1", device::device_kind::loudspeaker, "Loa 1"});
  u.tell(unit::register_device{"bang-1", device::device_kind::board, "Bảng 1"});
  const auto b = u.make(1);
  u.publish(b);
  u.got("citizen/a", 1);
  u.got("device/79.769/loa-1", 1);
  u.feed.leave("citizen/b");
  u.citizen("e");
  u.got("citizen/e", 1);
  u.tell(unit::bulletin_played{b.id});
  const auto d = u.delivery(b.id);
  CHECK(d.known);
  CHECK(d.figures.citizens == model::delivery_count{4, 1, 1, 1});
  CHECK(d.figures.devices == model::device_delivery_count{2, 1, 0, 0, 1});
  CHECK(d.figures.citizens.missing() == 2);
  std::set<std::string> names;
  for (const auto& n : d.missing) names.insert(n.str());
  CHECK(names == std::set<std::string>{"citizen/c", "citizen/d", "device/79.769/bang-1",
                                       "unit/79.769.26794", "unit/79.769.26797"});
  u.got("unit/79.769.26794", 1);
  const auto few = u.delivery(b.id, 2);
  CHECK(few.missing.size() == 2);
  CHECK(few.more_missing == 2);
  CHECK_FALSE(u.delivery("79.769-" + local_id(99)).known);
}

TEST_CASE("an expired bulletin keeps its final figures for the retention, then only in the sums") {
  unit_rig u;
  u.citizen("a");
  u.citizen("b");
  const auto b = as_alert(u.make(1), "A1", "Alert");
  u.publish(b);
  const auto published = u.now;
  u.got("citizen/a", 1, link::lane::emergency);
  const model::delivery_count final_count{2, 1, 0, 0};
  u.advance(24h + 2min);
  u.feed.prune(1);
  u.citizen("late");
  auto d = u.delivery(b.id);
  CHECK(d.closed);
  CHECK(d.figures.citizens == final_count);
  CHECK(d.as_of == published + 24h + unit::bulletin_book::grace);
  CHECK(d.missing.empty()); // who it was nobody knows any more, but how many
  CHECK(d.more_missing == final_count.missing());
  CHECK(u.reminders.empty());
  u.check_lasting();
  const auto before = u.figures();
  CHECK(before.bulletins.emergency == 1);
  // Dropping happens when another one closes.
  u.advance(std::chrono::days(91));
  u.publish(u.make(2));
  u.advance(25h);
  CHECK_FALSE(u.delivery(b.id).known);
  CHECK(u.figures().bulletins.emergency == 1);
  CHECK(u.figures(published - 24h, published + 24h).delivery.citizens.delivered == 1);
  CHECK(u.figures(published + 72h).bulletins.emergency == 0);
  u.check_lasting();
}

TEST_CASE("documents are kept within a limit, the latest") {
  unit_rig u;
  for (std::uint64_t n = 1; n <= 20; ++n) {
    auto b = as_alert(u.make(n), "A" + std::to_string(n), "Alert");
    b.cap_xml.data = std::string(256U << 10, 'x');
    u.publish(b);
  }
  CHECK(
      u.ask<unit::bulletin_reply>(unit::get_bulletin{u.make(1).id}).bulletin.cap_xml.data.empty());
  CHECK(
      u.ask<unit::bulletin_reply>(unit::get_bulletin{u.make(20).id}).bulletin.cap_xml.data.size() ==
      256U << 10);
}

TEST_CASE("a unit's own state says how far its followers and children are behind") {
  unit_rig u;
  u.citizen("a");
  u.citizen("b");
  auto b = u.make(1);
  b.target = {unit_path("79.769.26794")};
  u.publish(b); // for one commune only
  u.publish(u.make(2));
  u.publish(u.make(3, priority::emergency));
  u.got("citizen/a", 2);
  u.got("citizen/a", 3, link::lane::emergency);
  const auto s = u.ask<unit::unit_status>(unit::get_unit{});
  CHECK(s.head == 3);
  CHECK(s.in_force == 3);
  CHECK(s.parent == unit_path("79"));
  CHECK(s.citizens.count == 2);
  CHECK(s.citizens.behind == 1);
  CHECK(s.citizens.most_behind == 2);
  REQUIRE(s.links.size() == 2);
  CHECK(s.links[0].behind == 3);
  CHECK(s.links[1].behind == 2);
}

TEST_CASE("a device is registered, renamed, removed, and never turned into something else") {
  unit_rig u;
  const unit::register_device loa{"loa-1", device::device_kind::loudspeaker, "Loa 1"};
  const auto d = u.tell(loa);
  CHECK(d.reply.get<unit::registered>()->created);
  CHECK(effects_of<node::enrol>(d)[0].channel == 2);
  REQUIRE(posts_of<device::set_up>(d).size() == 1);
  CHECK(posts_of<device::set_up>(d)[0].first.str() == "device/79.769/loa-1");
  CHECK(effects_of<node::post>(d)[0].before_reply); // whoever is told so may connect it
  CHECK(u.tell(loa).facts.empty());
  auto changed = loa;
  changed.name = "Loa hẻm 12";
  CHECK_FALSE(u.ask<unit::registered>(changed).created);
  changed.kind = device::device_kind::board;
  CHECK(u.refused(changed).code == errc::conflict);
  for (const auto* bad : {"", "a b", "a/b", "đ"})
    CHECK(u.refused(unit::register_device{bad, loa.kind, "x"}).code == errc::rule);
  CHECK(u.refused(unit::register_device{"x", loa.kind, "a\nb"}).pointer == "/name");
  CHECK(u.ask<unit::device_list>(unit::list_devices{}).items.size() == 1);
  u.check_lasting();
  const auto gone = u.tell(unit::remove_device{"loa-1"});
  CHECK(posts_of<device::retire>(gone).size() == 1);
  CHECK(effects_of<node::post>(gone)[0].before_reply);
  CHECK(effects_of<node::dismiss>(gone).size() == 1);
  CHECK(u.refused(unit::remove_device{"loa-1"}).code == errc::not_found);
}

TEST_CASE("whatever is published and acknowledged, targeted is delivered, missing and left") {
  const auto seed = GENERATE(range(1, 21));
  seeded_random dice(static_cast<std::uint64_t>(seed));
  unit_rig u;
  std::set<std::string> here;
  std::vector<std::pair<std::string, link::lane>> sent;
  std::uint64_t people = 0;
  for (int n = 0; n < 250; ++n) {
    switch (dice.below(6)) {
    case 0: {
      const auto p = static_cast<priority>(dice.below(3));
      auto b = u.make(static_cast<std::uint64_t>(n) + 1, p);
      b.expires = u.now + duration(1min) * static_cast<int>(5 + dice.below(300));
      u.publish(b);
      sent.emplace_back(b.id,
                        p == priority::emergency ? link::lane::emergency : link::lane::ordinary);
      break;
    }
    case 1: {
      const auto id = "c" + std::to_string(++people);
      u.citizen(id);
      here.insert("citizen/" + id);
      break;
    }
    case 2:
      if (!here.empty() && dice.chance(0.4)) {
        u.feed.leave(*here.begin());
        here.erase(here.begin());
      }
      break;
    case 3:
      u.advance(duration(1min) * static_cast<int>(dice.below(60)));
      if (dice.chance(0.3)) u.restart();
      break;
    default:
      if (!here.empty() && !sent.empty()) {
        const auto position = 1 + dice.below(sent.size());
        auto who = here.begin();
        std::advance(who, static_cast<std::ptrdiff_t>(dice.below(here.size())));
        u.got(*who, position, sent[position - 1].second);
      }
    }
    model::delivery_count sum;
    for (const auto& [id, lane] : sent) {
      const auto d = u.delivery(id);
      REQUIRE(d.known);
      const auto& c = d.figures.citizens;
      REQUIRE(c.targeted == c.delivered + c.missing() + c.left);
      if (!d.closed) {
        const auto names =
            std::ranges::count_if(d.missing, [](const name& x) { return x.kind() == "citizen"; });
        REQUIRE(static_cast<std::uint64_t>(names) == c.missing());
      }
      sum += c;
    }
    REQUIRE(u.figures().delivery.citizens == sum);
    REQUIRE(u.figures().bulletins.published == sent.size());
  }
  u.check_lasting();
}
