#include <loa/net/document_shelf.hpp>
#include <loa/net/issuing.hpp>
#include <loa/sim/cluster.hpp>
#include <loa/sim/world.hpp>

#include <algorithm>

namespace loa::sim {

namespace {

/// Certificates are dear to make and the same in every world.
class papers {
public:
  /// Those of the thread.
  static papers& all() {
    static thread_local papers mine;
    return mine;
  }

  const net::identity& of(const std::string& node) {
    const auto found = known_.find(node);
    if (found != known_.end()) return found->second;
    // By the name alone, so that it does not matter who was asked for before.
    std::uint64_t seed = 0;
    for (const unsigned char c : node) seed = seed * 257 + c;
    seeded_random dice(seed);
    const auto issued = net::issue(authority_, {name, node}, valid(), dice).value();
    auto who =
        net::identity::load(issued.certificate_pem, issued.key_pem, authority_.certificate_pem);
    return known_.emplace(node, *std::move(who)).first->second;
  }

  [[nodiscard]] net::signed_document sign(std::uint64_t number,
                                          const net::placement_document& d) const {
    return net::sign_document({&authority_, 1}, name, net::document_kind::placement, number,
                              wire::to_json(d))
        .value();
  }
  [[nodiscard]] net::document_shelf empty_shelf() const {
    return {net::authority::load(authority_.certificate_pem).value(), name};
  }

private:
  static constexpr auto name = "simulated";
  static net::validity valid() {
    return {world_options{}.begins - std::chrono::days(1), std::chrono::days(3'000)};
  }
  static net::issued found() {
    seeded_random dice(1);
    return net::make_authority(name, valid(), dice).value();
  }

  net::issued authority_ = found();
  std::map<std::string, net::identity> known_;
};

} // namespace

cluster::cluster(world& of, net::placement places)
    : world_(of),
      places_(std::move(places)),
      disks_(std::make_shared<std::map<std::string, net::signed_document>>()) {}

machine& cluster::add(machine_plan plan) {
  const auto node = plan.name;
  plan.address = places_.find(node)->address;
  disks_->insert_or_assign(node, sign(1, places_.document()));
  plan.join = [disks = disks_, node](std::unique_ptr<net::transport> transport) {
    auto shelf = std::make_unique<net::document_shelf>(papers::all().empty_shelf());
    (void)shelf->put(disks->at(node), "The disk");
    auto places = *shelf->places();
    return node::cluster_parts{
        papers::all().of(node),
        std::move(places),
        std::move(transport),
        {},
        std::move(shelf),
        [disks, node](const net::signed_document& d) { disks->insert_or_assign(node, d); }};
  };
  return world_.add(std::move(plan));
}

net::signed_document cluster::sign(std::uint64_t number,
                                   const net::placement_document& next) const {
  return papers::all().sign(number, next);
}

net::placement_document share_out(const std::vector<path>& homes, std::size_t nodes) {
  nodes = std::clamp<std::size_t>(nodes, 1, std::max<std::size_t>(homes.size(), 1));
  net::placement_document d;
  for (std::size_t i = 0; i < nodes; ++i) {
    const auto name = "node-" + std::to_string(i + 1);
    d.nodes.push_back({name, name + ":1", {}, {}});
  }
  for (std::size_t i = 0; i < homes.size(); ++i) d.nodes[i % nodes].hosts.push_back({homes[i], 1});
  return d;
}

} // namespace loa::sim
