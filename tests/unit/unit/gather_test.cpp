#include <loa/unit/gather.hpp>

#include <catch2/catch.hpp>
#include <support/bulletins.hpp>

#include <set>

using namespace loa;
using namespace loa::test;
using namespace std::chrono_literals;

namespace {

const auto now = *parse_rfc3339("2025-09-01T08:00:00+07:00");
const auto city = unit_path("79");
const std::string id = "79-" + local_id(1);

std::shared_ptr<const model::unit_tree> a_city() {
  auto t = model::unit_tree::load(R"({"source":"test","root":{"code":"79","name":"A","tier":"city",
    "children":[{"code":"760","name":"B","tier":"district","children":[
                   {"code":"1","name":"C","tier":"commune"},{"code":"2","name":"D","tier":"commune"}]},
                {"code":"769","name":"E","tier":"district","children":[
                   {"code":"3","name":"F","tier":"commune"}]}]}})");
  REQUIRE(t);
  return std::make_shared<const model::unit_tree>(*std::move(t));
}

/// Units that answer at once, later, or not at all.
struct world {
  using asked = std::tuple<name, wire::value, node::reply_handler>;

  unit::gatherer make(unit::gather_options o = {}) {
    return {[this](const name& to, wire::value v, node::reply_handler then) {
              ++questions;
              most_under_way = std::max(most_under_way, ++under_way);
              waiting.emplace_back(to, std::move(v), std::move(then));
              if (at_once) answer_all();
            },
            [this](duration, std::function<void()> f) { timers.push_back(std::move(f)); }, a_city(),
            o};
  }
  void answer_all() {
    while (!waiting.empty()) {
      auto [to, v, then] = std::move(waiting.back());
      waiting.pop_back();
      --under_way;
      if (silent.contains(to.home().str())) continue;
      if (broken.contains(to.home().str())) {
        then(error{errc::unavailable, "It restarts.", {}});
        continue;
      }
      then(answer(to.home(), v));
    }
  }
  wire::value answer(const path& u, const wire::value& question) {
    if (const auto* q = question.get<unit::get_delivery>()) {
      unit::own_delivery d;
      d.unit = u;
      d.id = q->id;
      d.as_of = now;
      d.known = q->id == id && !unknown.contains(u.str());
      if (d.known && u.depth() == 3) {
        d.figures.citizens = {10, 7, 1, 2};
        d.figures.devices = {3, 3, 0, 0, 3};
        d.missing = {*name::parse("citizen/" + std::string(u.code()) + "a"),
                     *name::parse("citizen/" + std::string(u.code()) + "b")};
      }
      return wire::value::of(d);
    }
    unit::own_figures f;
    f.unit = u;
    f.as_of = now + duration(std::chrono::seconds(u.depth()));
    f.figures.reports = {3, 1, 2, 1, 1, 1};
    return wire::value::of(f);
  }
  result<model::delivery_report> delivery(unit::gatherer& g, const path& top = city,
                                          std::size_t most = 100) {
    std::optional<result<model::delivery_report>> out;
    g.delivery(id, top, most, [&](auto r) {
      REQUIRE_FALSE(out);
      out = std::move(r);
    });
    if (!at_once) answer_all();
    for (auto& t : std::exchange(timers, {})) t();
    REQUIRE(out);
    return *out;
  }

  bool at_once = true;
  std::set<std::string> silent, broken, unknown;
  std::vector<asked> waiting;
  std::vector<std::function<void()>> timers;
  int questions = 0;
  int under_way = 0;
  int most_under_way = 0;
};

} // namespace

TEST_CASE("delivery figures of a subtree add up, with one line for each direct child") {
  world w;
  w.at_once = GENERATE(true, false);
  auto g = w.make();
  const auto r = w.delivery(g);
  REQUIRE(r);
  CHECK(r->citizens == model::delivery_count{30, 21, 3, 6});
  CHECK(r->devices == model::device_delivery_count{9, 9, 0, 0, 9});
  REQUIRE(r->children.size() == 2);
  CHECK(r->children[0].unit == unit_path("79.760"));
  CHECK(r->children[0].citizens == model::delivery_count{20, 14, 2, 4});
  CHECK(r->children[1].citizens == model::delivery_count{10, 7, 1, 2});
  CHECK(r->missing.size() == 6);
  CHECK(r->more_missing == 0);
  CHECK(r->as_of == now);
  const auto district = w.delivery(g, unit_path("79.760"));
  CHECK(district->children.size() == 2);
}

TEST_CASE("names beyond the limit are counted, and so is everybody if none are wanted") {
  world w;
  auto g = w.make();
  CHECK(w.delivery(g, city, 4)->missing.size() == 4);
  CHECK(w.delivery(g, city, 4)->more_missing == 2);
  CHECK(w.delivery(g, city, 0)->more_missing == 6);
}

TEST_CASE("a unit that does not answer is there with what it said last, and is named") {
  world w;
  auto g = w.make();
  SECTION("in time") {
    w.silent = {"79.760.1"};
  }
  SECTION("but with an error") {
    w.broken = {"79.760.1"};
  }
  const auto gone = std::pair(w.silent, w.broken);
  w.silent = w.broken = {};
  REQUIRE(w.delivery(g));
  std::tie(w.silent, w.broken) = gone;
  const auto r = w.delivery(g);
  REQUIRE(r);
  CHECK(r->citizens == model::delivery_count{30, 21, 3, 6});
  CHECK(std::ranges::count(r->missing, *name::parse("unit/79.760.1")) == 1);
  CHECK(r->missing.size() == 5);
  CHECK(r->more_missing == 2); // how many lacked it there when it last answered
}

TEST_CASE("a unit that never answered counts nothing, and its line says that it is not known") {
  world w;
  w.silent = {"79.769.3"};
  auto g = w.make();
  const auto r = w.delivery(g);
  REQUIRE(r);
  CHECK(r->citizens.targeted == 20);
  CHECK(r->children[1].as_of == instant());
  CHECK(r->as_of == instant());
  CHECK(r->children[0].as_of == now);
}

TEST_CASE("units that the bulletin was not for do not count") {
  world w;
  w.unknown = {"79.769", "79.769.3"};
  auto g = w.make();
  const auto r = w.delivery(g);
  REQUIRE(r);
  CHECK(r->children.size() == 1);
  w.unknown = {"79"};
  CHECK(w.delivery(g).error().code == errc::not_found);
  CHECK(w.delivery(g, unit_path("80")).error().code == errc::not_found);
}

TEST_CASE("an answer that comes after the patience is over changes nothing") {
  world w;
  w.at_once = false;
  auto g = w.make();
  int calls = 0;
  g.delivery(id, city, 10, [&](auto) { ++calls; });
  for (auto& t : std::exchange(w.timers, {})) t();
  CHECK(calls == 1);
  w.answer_all();
  CHECK(calls == 1);
}

TEST_CASE("only so many questions are under way at once") {
  world w;
  w.at_once = false;
  unit::gather_options few;
  few.at_once = 2;
  auto g = w.make(few);
  REQUIRE(w.delivery(g));
  CHECK(w.questions == 6);
  CHECK(w.most_under_way == 2);
}

TEST_CASE("a gatherer may go away while it gathers") {
  world w;
  w.at_once = false;
  int calls = 0;
  {
    auto g = w.make();
    g.effectiveness(city, {}, {}, [&](auto r) { calls += r ? 1 : 100; });
  }
  w.answer_all();
  CHECK(calls == 1);
}

TEST_CASE("effectiveness adds up, and is as old as its oldest part") {
  world w;
  auto g = w.make();
  std::optional<result<model::effectiveness>> out;
  g.effectiveness(city, now, {}, [&](auto r) { out = r; });
  REQUIRE(out);
  REQUIRE(*out);
  const auto& e = **out;
  CHECK(e.unit == city);
  CHECK(e.from == now);
  CHECK(e.reports == model::report_counts{18, 6, 12, 6, 6, 6});
  REQUIRE(e.children.size() == 2);
  CHECK(e.children[0].reports.received == 9);
  CHECK(e.children[1].reports.received == 6);
  CHECK(e.as_of == now + 1s);
  CHECK(e.children[0].as_of == now + 2s);
  CHECK(e.missing.empty());
}

TEST_CASE(
    "effectiveness names the units that did not answer, with what they said last or nothing") {
  world w;
  auto g = w.make();
  std::optional<result<model::effectiveness>> out;
  const auto ask = [&](std::optional<instant> from) {
    out.reset();
    g.effectiveness(city, from, {}, [&](auto r) { out = r; });
    REQUIRE(out);
    REQUIRE(*out);
    return **out;
  };
  ask({});
  w.broken = {"79.760.1"};
  auto e = ask({});
  REQUIRE(e.missing.size() == 1);
  CHECK(e.missing[0].str() == "unit/79.760.1");
  CHECK(e.reports.received == 18);
  e = ask(now); // of this period it never said anything
  REQUIRE(e.missing.size() == 1);
  CHECK(e.reports.received == 15);
  CHECK(e.children[0].as_of == instant());
  CHECK(e.as_of == instant());
}

TEST_CASE("anybody may be asked the same, and the answers come in the order of the names") {
  world w;
  w.at_once = false;
  unit::gather_options few;
  few.at_once = 2;
  auto g = w.make(few);
  w.silent = {"79.760"};
  std::optional<unit::gatherer::answers> out;
  const std::vector whom{*name::parse("unit/79"), *name::parse("unit/79.760"),
                         *name::parse("unit/79.769")};
  g.each(whom, wire::value::of(unit::get_figures{}), [&](auto all) { out = std::move(all); });
  w.answer_all();
  CHECK_FALSE(out);
  for (auto& t : std::exchange(w.timers, {})) t();
  REQUIRE(out);
  REQUIRE(out->size() == 3);
  CHECK_FALSE(out->at(1));
  REQUIRE(out->at(2));
  REQUIRE(*out->at(2));
  CHECK((**out->at(2)).get<unit::own_figures>()->unit == unit_path("79.769"));
}
