#include <loa/citizen/entity.hpp>
#include <loa/city/checks.hpp>
#include <loa/city/mover.hpp>
#include <loa/city/simulation.hpp>
#include <loa/device/entity.hpp>
#include <loa/net/document_shelf.hpp>
#include <loa/net/issuing.hpp>
#include <loa/report/entity.hpp>
#include <loa/unit/entity.hpp>

#include <algorithm>

namespace loa::city {

using namespace std::chrono_literals;

namespace {

/// Units, devices and connections are there before anything goes wrong.
constexpr micros undisturbed = 60s;
/// How long a city may take to come to rest once everything is well.
constexpr micros patience = 2h;

/// Certificates are dear to make and the same in every world.
class papers {
public:
  papers() : authority_(net::make_authority(cluster, valid(), dice_).value()) {}

  net::identity of(const std::string& node) {
    const auto found = known_.find(node);
    if (found != known_.end()) return found->second;
    const auto mine = net::issue(authority_, {cluster, node}, valid(), dice_).value();
    auto who = net::identity::load(mine.certificate_pem, mine.key_pem, authority_.certificate_pem);
    return known_.emplace(node, *std::move(who)).first->second;
  }

  net::signed_document sign(std::uint64_t number, const net::placement_document& d) const {
    return net::sign_document({&authority_, 1}, cluster, net::document_kind::placement, number,
                              wire::to_json(d))
        .value();
  }
  [[nodiscard]] net::document_shelf empty_shelf() const {
    return {net::authority::load(authority_.certificate_pem).value(), cluster};
  }

private:
  static constexpr auto cluster = "city";
  static net::validity valid() {
    return {sim::world_options{}.begins - std::chrono::days(1), std::chrono::days(3'000)};
  }
  seeded_random dice_{1};
  net::issued authority_;
  std::map<std::string, net::identity> known_;
};

node::runtime_options small_node() {
  node::runtime_options o;
  o.snapshot_every = 24; // often enough that it is tried
  return o;
}

class simulation {
public:
  explicit simulation(const simulation_options& o)
      : options_(o),
        places_(o.places),
        world_(o.seed, {sim::world_options{}.begins, o.trace_lines}),
        in_{world_, places_, well_, notes_, seeded_random(world_.random().next()), {}, 0} {
    if (o.listen) world_.trace().listen(o.listen);
    for (const auto& node : options_.places.nodes()) add(node);
    people_ = std::make_unique<workload>(in_, o.people);
    operator_ = std::make_unique<mover>(
        in_, places_, [](std::uint64_t number, const net::placement_document& next) {
          return authority().sign(number, next);
        });
  }

  simulation_end run() {
    plan();
    for (const auto& m : world_.machines()) (void)m->start();
    people_->start();
    if (options_.people.move_every > micros(0))
      world_.after(undisturbed, [this] { operator_->live(options_.people.move_every); });
    world_.run_until(options_.lasts);
    world_.say("world", "everything is well from now on, and everybody comes");
    people_->settle();
    operator_->settle();
    auto missing = come_to_rest();
    simulation_end end;
    end.seed = options_.seed;
    end.ended = world_.now();
    end.broken = notes_.broken_for_good;
    end.broken.insert(end.broken.end(), missing.begin(), missing.end());
    for (const auto& b : end.broken) world_.say("judge", b.who + ": " + b.what);
    end.figures = count();
    end.hash = world_.trace().hash();
    return end;
  }

private:
  void add(const std::string& node) {
    streets_.push_back(std::make_unique<street>(in_, node));
    auto* there = streets_.back().get();
    in_.streets[node] = there;
    sim::machine_plan p;
    p.name = node;
    p.options = small_node();
    p.kinds = [] {
      return std::vector{node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
                         node::kind_of<citizen::entity>(), node::kind_of<report::entity>()};
    };
    p.drivers = {{"citizen", there}, {"device", there}};
    p.address = options_.places.placement.find(node)->address;
    // As files on the node's disk, which outlive its process.
    documents_[node] = authority().sign(1, options_.places.placement.document());
    p.join = [this, node, who = authority().of(node)](std::unique_ptr<net::transport> transport) {
      auto shelf = std::make_unique<net::document_shelf>(authority().empty_shelf());
      (void)shelf->put(*documents_.at(node), "The disk");
      auto places = *shelf->places();
      return node::cluster_parts{who,
                                 std::move(places),
                                 std::move(transport),
                                 {},
                                 std::move(shelf),
                                 [this, node](const net::signed_document& d) { documents_[node] = d; }};
    };
    world_.add(std::move(p));
  }

  void plan() {
    auto plan = draw(options_.sky, world_.random().next(),
                     {options_.places.nodes(), people_->entities(), undisturbed,
                      std::max(options_.lasts - micros(1), undisturbed)});
    plan.insert(plan.end(), options_.also.begin(), options_.also.end());
    std::ranges::stable_sort(plan, {}, &sim::fault::at);
    faults_ = plan.size();
    well_ = health(plan);
    arm(world_, plan);
  }

  /// What is missing when it has had time enough; nothing as soon as nothing is.
  std::vector<broken> come_to_rest() {
    const auto until = world_.now() + patience;
    std::vector<broken> missing;
    for (auto pause = micros(30s); world_.now() < until;
         pause = std::min<micros>(2 * pause, 10min)) {
      world_.run_until(world_.now() + pause);
      if (!people_->at_rest() || !operator_->at_rest()) continue;
      missing = judge(in_, people_->officials());
      if (missing.empty()) break;
    }
    return missing;
  }

  simulation_figures count() {
    simulation_figures f;
    for (const auto& [id, p] : notes_.bulletins) {
      if (!p.accepted()) ++f.refused;
      if (p.accepted()) ++f.bulletins;
      if (p.accepted() && p.bulletin.priority == model::priority::emergency) ++f.emergencies;
    }
    for (const auto& c : notes_.citizens) f.frames += c.frames;
    for (const auto& d : notes_.devices) f.plays += d.told.size();
    for (const auto& [code, r] : notes_.reports) {
      ++f.reports;
      f.steps_of_reports += r.steps.size();
    }
    f.faults = faults_;
    f.moves = operator_->moved();
    for (const auto& m : world_.machines()) f.starts += m->starts() - 1;
    f.steps = world_.steps();
    return f;
  }

  static papers& authority() {
    static papers all;
    return all;
  }

  const simulation_options options_;
  layout places_; ///< Where units are at present.
  std::map<std::string, std::optional<net::signed_document>> documents_;
  health well_;
  book notes_;
  std::vector<std::unique_ptr<street>> streets_;
  sim::world world_;
  surroundings in_;
  std::unique_ptr<workload> people_;
  std::unique_ptr<mover> operator_;
  std::size_t faults_ = 0;
};

} // namespace

simulation_end simulate(const simulation_options& options) {
  return simulation(options).run();
}

std::string_view promise_of(int number) noexcept {
  switch (number) {
  case 1:
    return "accepted means durable";
  case 2:
    return "everyone gets it";
  case 3:
    return "order";
  case 4:
    return "emergency is immediate";
  case 5:
    return "an island works";
  case 6:
    return "no report is lost or ownerless";
  case 7:
    return "one crash is one crash";
  case 8:
    return "bounded";
  case 9:
    return "figures are facts";
  default:
    return "unknown";
  }
}

} // namespace loa::city
