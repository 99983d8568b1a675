#pragma once

#include <loa/sim/world.hpp>

#include <unit/net/cluster_rig.hpp>
#include <unit/node/world.hpp>

// Simulated nodes of one cluster: "city" hosts 79, "district" 79.769, "commune" 79.769.1.
namespace loa::sim::test {

using namespace loa::node::test;
using namespace std::chrono_literals;

class members {
public:
  explicit members(std::uint64_t seed, std::size_t nodes = 2)
      : w(seed, {net::test::today, 100'000}) {
    const std::vector<std::pair<std::string, std::string>> all = {
        {"city", "79"}, {"district", "79.769"}, {"commune", "79.769.1"}};
    net::placement_document d;
    for (std::size_t i = 0; i < nodes; ++i)
      d.nodes.push_back(
          {all[i].first, all[i].first + ":1", {{*path::parse(all[i].second), 1}}, {}});
    const auto placed = net::placement::make(d).value();
    for (std::size_t i = 0; i < nodes; ++i) {
      machine_plan p;
      p.name = all[i].first;
      p.options.gather = duration(1);
      p.kinds = [] {
        return std::vector{node::kind_of<node::test::counter>(), node::kind_of<tower>(),
                           node::kind_of<session>()};
      };
      p.drivers = {{"session", &sessions}};
      p.address = p.name + ":1";
      p.join = [who = people.member(p.name), placed](auto transport) {
        return node::cluster_parts{who, placed, std::move(transport)};
      };
      REQUIRE(w.add(std::move(p)).start());
    }
  }

  machine& at(std::string_view name) { return *w.find(name); }

  /// Asks again until there is an answer that is no failure of the way.
  template <class T>
  result<wire::value> insist(std::string_view machine, std::string_view who, T command,
                             const node::ask_options& how = {}) {
    for (int i = 0; i < 1'000; ++i) {
      std::optional<result<wire::value>> got;
      at(machine).ask(
          named(who), wire::value::of(command), [&](const auto& r) { got = r; }, how);
      while (!got) w.run_until(w.now() + 100ms);
      if (got && (*got || (*got).error().code != errc::unavailable)) return *got;
      w.run_until(w.now() + 100ms);
    }
    return error{errc::timeout, "Nothing came for a long time.", {}};
  }
  int total_of(std::string_view machine, std::string_view who) {
    const auto r = insist(machine, who, get_total{});
    REQUIRE(r);
    return r->template get<total>()->n;
  }
  std::vector<std::string> heard_by(std::string_view machine, std::string_view who) {
    const auto r = insist(machine, who, what_heard{});
    REQUIRE(r);
    return r->template get<all_heard>()->texts;
  }
  void say(std::string_view machine, std::string_view who, const std::string& text,
           bool urgent = false) {
    REQUIRE(insist(machine, who, announce{text, urgent, w.time() + 24h}));
  }
  /// Lets the world run until this holds; false after an hour.
  template <class F>
  bool eventually(F&& holds) {
    for (int i = 0; i < 36'000; ++i) {
      if (holds()) return true;
      w.run_until(w.now() + 100ms);
    }
    return false;
  }

  net::test::cluster people{"hcm"};
  client sessions;
  world w;
};

} // namespace loa::sim::test
