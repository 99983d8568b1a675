#pragma once

#include "world.hpp"

#include <support/switchboard.hpp>
#include <unit/net/document_rig.hpp>

// A city and a district whose documents are signed and travel between them.
namespace loa::node::test {

using loa::net::document_kind;

class papers {
public:
  void put(const std::string& node, net::signed_document d) {
    std::lock_guard lock(mutex_);
    kept_[node].push_back(std::move(d));
  }
  void forget(const std::string& node) {
    std::lock_guard lock(mutex_);
    kept_.erase(node);
  }
  std::vector<net::signed_document> of(const std::string& node) {
    std::lock_guard lock(mutex_);
    return kept_[node];
  }
  /// The highest number of a kind.
  std::uint64_t last(const std::string& node, document_kind kind) {
    std::uint64_t n = 0;
    for (const auto& d : of(node))
      if (d.kind() == kind) n = std::max(n, d.number());
    return n;
  }

private:
  std::mutex mutex_;
  std::map<std::string, std::vector<net::signed_document>> kept_;
};

struct signed_city {
  /// City and district with the first placement, and what `more` gives them beside it.
  explicit signed_city(const std::function<void(signed_city&)>& more) {
    for (const auto* node : {"city", "district"}) kept.put(node, placing(1, {"city", "district"}));
    more(*this);
    city = boot("city");
    district = boot("district");
  }

  /// The district's units fall to the city, or come back.
  net::signed_document moving(std::uint64_t number, const std::string& to, std::uint64_t epoch) {
    net::placement_document d{
        {{"city", "city:1", {{*path::parse("79"), 1}}, {}}, {"district", "district:1", {}, {}}}};
    d.nodes[to == "city" ? 0 : 1].hosts.push_back({*path::parse("79.769"), epoch});
    return *net::sign_document({&people.ca(), 1}, "hcmc", document_kind::placement, number,
                               wire::to_json(d));
  }

  net::signed_document placing(std::uint64_t number, const std::vector<std::string>& nodes) {
    net::placement_document d;
    for (const auto& node : nodes) d.nodes.push_back({node, node + ":1", {}, {}});
    d.nodes.at(0).hosts.push_back({*path::parse("79"), number});
    if (nodes.size() > 1 && nodes[1] == "district")
      d.nodes[1].hosts.push_back({*path::parse("79.769"), 1});
    return *net::sign_document({&people.ca(), 1}, "hcmc", document_kind::placement, number,
                               wire::to_json(d));
  }

  std::unique_ptr<world> boot(const std::string& node) {
    return std::make_unique<world>(world::small(), [this, node] { return joining(node); });
  }

  cluster_parts joining(const std::string& node) {
    auto shelf = std::make_unique<net::document_shelf>(
        net::test::authority_of(people), "hcmc",
        [this, node](const net::signed_document& d,
                     const net::signed_document* before) -> result<void> {
          if (before && d.kind() == document_kind::hierarchy && objects == node)
            return error{errc::rule, "These units cannot be.", {}};
          if (before && d.kind() == document_kind::placement && node == stubborn.load())
            return error{errc::rule, "These places cannot be.", {}};
          return {};
        });
    for (auto& d : kept.of(node)) REQUIRE(shelf->put(d, "The test"));
    auto places = *shelf->places();
    return {people.member(node),
            std::move(places),
            board.plug_in(node + ":1"),
            {},
            std::move(shelf),
            [this, node](const net::signed_document& d) { kept.put(node, d); }};
  }

  peer_status district_seen_by_city() {
    for (auto& p : city->node->peers())
      if (p.node == "district") return p;
    return {};
  }
  void cutoff() { board.cut("city:1", "district:1"); }
  void meet() {
    REQUIRE(eventually([&] {
      (void)city->ask("counter/79.769", get_total{});
      return district_seen_by_city().up;
    }));
  }

  loa::test::switchboard board;
  net::test::cluster people{"hcmc"};
  papers kept;
  std::string objects; ///< The node that takes no newer hierarchy.
  /// The node that takes no newer placement from others.
  std::atomic<const char*> stubborn{""};
  std::unique_ptr<world> city;
  std::unique_ptr<world> district;
};

} // namespace loa::node::test
