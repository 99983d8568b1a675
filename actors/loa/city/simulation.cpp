#include <loa/citizen/entity.hpp>
#include <loa/city/checks.hpp>
#include <loa/city/mover.hpp>
#include <loa/city/simulation.hpp>
#include <loa/device/entity.hpp>
#include <loa/report/entity.hpp>
#include <loa/sim/rehearsal.hpp>
#include <loa/unit/entity.hpp>

namespace loa::city {

using namespace std::chrono_literals;

namespace {

/// When the operator begins to move units.
constexpr micros first_move = 60s;

class simulation final : public sim::rehearsal {
public:
  explicit simulation(const simulation_options& o) : options_(o), places_(o.places) {}

  [[nodiscard]] std::vector<node::entity_kind> kinds() const override {
    return {node::kind_of<unit::entity>(), node::kind_of<device::entity>(),
            node::kind_of<citizen::entity>(), node::kind_of<report::entity>()};
  }
  [[nodiscard]] result<net::placement_document> placement(std::size_t) const override {
    return options_.places.placement.document();
  }
  [[nodiscard]] std::vector<std::string> entities() const override {
    std::vector<std::string> all;
    for (const auto& who : people_->entities()) all.push_back(who.str());
    return all;
  }

  void set_up(sim::stage& s) override {
    in_.emplace(surroundings{s.world(), places_, well_, notes_, s.random(), {}, 0});
    notes_.listen([&s](const city::broken& b) { s.broken(b.who, b.what); });
    for (const auto& node : options_.places.nodes()) {
      streets_.push_back(std::make_unique<street>(*in_, node));
      in_->streets[node] = streets_.back().get();
    }
    people_ = std::make_unique<workload>(*in_, options_.people);
    operator_ = std::make_unique<mover>(
        *in_, places_, [&s](std::uint64_t number, const net::placement_document& next) {
          return s.cluster().sign(number, next);
        });
  }
  [[nodiscard]] std::vector<std::pair<std::string, node::driver*>>
  drivers(const std::string& node) override {
    auto* there = in_->streets.at(node);
    return {{"citizen", there}, {"device", there}};
  }

  void live(sim::stage& s) override {
    well_ = health(s.faults());
    people_->start();
    if (options_.people.move_every > micros(0))
      s.after(first_move, [this] { operator_->live(options_.people.move_every); });
  }
  void settle(sim::stage&) override {
    people_->settle();
    operator_->settle();
  }
  [[nodiscard]] bool at_rest() const override { return people_->at_rest() && operator_->at_rest(); }
  [[nodiscard]] std::vector<sim::client*> clients() override { return {&people_->officials()}; }
  void check(sim::stage& s) override {
    missing_ = judge(*in_, people_->officials());
    for (const auto& b : missing_) s.broken(b.who, b.what);
  }

  simulation_end run() {
    sim::rehearsal_options o;
    o.seed = options_.seed;
    o.lasts = options_.lasts;
    o.sky = options_.sky;
    o.also = options_.also;
    o.draw_limits = options_.draw_limits;
    o.trace_lines = options_.trace_lines;
    o.listen = options_.listen;
    // A city's own names are names, and its layout is one.
    const auto run = rehearse(*this, o).value();
    simulation_end end;
    end.seed = run.seed;
    end.hash = run.hash;
    end.ended = run.ended;
    end.broken = notes_.broken_for_good;
    end.broken.insert(end.broken.end(), missing_.begin(), missing_.end());
    end.figures = count(run);
    return end;
  }

private:
  simulation_figures count(const sim::rehearsal_end& run) const {
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
    f.faults = run.faults;
    f.moves = operator_->moved();
    f.starts = run.starts;
    f.steps = run.steps;
    return f;
  }

  const simulation_options& options_;
  layout places_; ///< Where units are at present.
  health well_;
  book notes_;
  std::optional<surroundings> in_;
  std::vector<std::unique_ptr<street>> streets_;
  std::unique_ptr<workload> people_;
  std::unique_ptr<mover> operator_;
  std::vector<broken> missing_; ///< At the last check.
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
