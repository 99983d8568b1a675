#pragma once

#include "world.hpp"

#include <support/switchboard.hpp>
#include <unit/net/cluster_rig.hpp>

// A city on one node and a district of it on another.
namespace loa::node::test {

class two_nodes {
public:
  explicit two_nodes(runtime_options o = world::small())
      : city(o, [this] { return joining("city", people); }),
        district(o, [this] { return joining("district", people); }) {}

  [[nodiscard]] cluster_parts joining(const std::string& node, net::test::cluster& of) {
    return {of.member(node), placed(), board.plug_in(node + ":1")};
  }

  void cut() { board.cut("city:1", "district:1"); }
  void mend() { board.mend("city:1", "district:1"); }

  /// Waits until the two nodes have proved themselves to each other.
  void meet() {
    REQUIRE(eventually([&] {
      (void)city.ask("counter/79.769", get_total{});
      return city.node->peers().at(0).up;
    }));
  }

  loa::test::switchboard board;
  net::test::cluster people{"hcm"};
  world city;
  world district;

private:
  static net::placement placed() {
    return net::placement::make({{{"city", "city:1", {{*path::parse("79"), 1}}},
                                  {"district", "district:1", {{*path::parse("79.769"), 1}}}}})
        .value();
  }
};

} // namespace loa::node::test
