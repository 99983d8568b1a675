#include <loa/base/limit.hpp>
#include <loa/sim/rehearsal.hpp>

#include <algorithm>
#include <set>

namespace loa::sim {

using namespace std::chrono_literals;

namespace {

/// What clients set up is there before anything goes wrong.
constexpr micros undisturbed = 60s;
/// How long everything may take to come to rest once it is well.
constexpr micros patience = 2h;

result<std::vector<name>> names_of(const rehearsal& what) {
  std::vector<name> all;
  for (const auto& text : what.entities()) {
    auto who = name::parse(text);
    if (!who) return who.error();
    all.push_back(*std::move(who));
  }
  return all;
}

/// "node.waking 7, unit.kept 12", of those that are not at their defaults.
std::string drawn_limits() {
  std::string all;
  for (const auto* l : limit::all())
    if (l->value() != l->usual())
      all.append(all.empty() ? "" : ", ")
          .append(l->name())
          .append(" ")
          .append(std::to_string(l->value()));
  return all;
}

} // namespace

/// One run of a rehearsal.
class performance {
public:
  performance(rehearsal& what, const rehearsal_options& o, const net::placement& places)
      : what_(what),
        options_(o),
        limits_(o.draw_limits ? std::make_unique<limit_draw>(o.seed) : nullptr),
        world_(o.seed, {world_options{}.begins, o.trace_lines}),
        stage_(world_, places) {
    if (o.listen) world_.trace().listen(o.listen);
    if (const auto all = drawn_limits(); !all.empty()) world_.say("limits", all);
  }

  result<rehearsal_end> run() {
    what_.set_up(stage_);
    std::vector<std::string> nodes;
    for (const auto& n : stage_.cluster().placement().document().nodes) nodes.push_back(n.node);
    for (const auto& n : nodes) add(n);
    auto entities = names_of(what_);
    if (!entities) return entities.error();
    plan({nodes, *std::move(entities), undisturbed,
          std::max(options_.lasts - micros(1), undisturbed)});
    for (const auto& m : world_.machines())
      if (auto up = m->start(); !up) return up.error();
    what_.live(stage_);
    world_.run_until(options_.lasts);
    world_.say("world", "everything is well from now on");
    stage_.settled_ = true;
    what_.settle(stage_);
    come_to_rest();
    return tell();
  }

private:
  void add(const std::string& node) {
    machine_plan p;
    p.name = node;
    p.options = what_.node_options();
    p.kinds = [this] { return what_.kinds(); };
    p.drivers = what_.drivers(node);
    stage_.cluster().add(std::move(p));
  }

  void plan(const fault_targets& targets) {
    auto all = draw(options_.sky, world_.random().next(), targets);
    all.insert(all.end(), options_.also.begin(), options_.also.end());
    std::ranges::stable_sort(all, {}, &fault::at);
    stage_.faults_ = std::move(all);
    arm(world_, stage_.faults_);
  }

  void come_to_rest() {
    const auto until = world_.now() + patience;
    bool rested = false;
    for (auto pause = micros(30s); world_.now() < until;
         pause = std::min<micros>(2 * pause, 10min)) {
      world_.run_until(world_.now() + pause);
      if (stage_.client_.open() > 0 || !what_.at_rest()) continue;
      rested = true;
      stage_.missing_.clear();
      stage_.checking_ = true;
      what_.check(stage_);
      stage_.checking_ = false;
      if (stage_.missing_.empty()) return ask_again();
    }
    if (rested) return;
    for (const auto& [who, answers] : stage_.silent())
      stage_.broken(who, "owes an answer though everything has long been well.");
    if (stage_.silent().empty())
      stage_.broken("world", "has not come to rest though everything has long been well.");
  }

  /// What was answered positively is asked for once more, by whoever was answered.
  void ask_again() {
    std::set<std::string, std::less<>> durable;
    for (const auto& k : what_.kinds())
      if (k.durable) durable.insert(k.kind);
    const auto keeps = [&](const name& who) { return durable.contains(who.kind()); };
    auto all = what_.clients();
    all.push_back(&stage_.client_);
    for (auto* c : all)
      c->ask_again(keeps,
                   [this](const name& who, std::string what) { stage_.broken(who.str(), what); });
  }

  rehearsal_end tell() {
    rehearsal_end end;
    end.seed = options_.seed;
    end.ended = world_.now();
    end.broken = std::move(stage_.for_good_);
    end.broken.insert(end.broken.end(), stage_.missing_.begin(), stage_.missing_.end());
    for (const auto& b : end.broken) world_.say("judge", b.who + ": " + b.what);
    end.faults = stage_.faults_.size();
    for (const auto& m : world_.machines()) end.starts += m->starts() - 1;
    end.nodes = world_.machines().size();
    end.steps = world_.steps();
    end.figures = what_.figures();
    end.hash = world_.trace().hash();
    end.timeline = world_.trace().lines();
    return end;
  }

  rehearsal& what_;
  const rehearsal_options& options_;
  const std::unique_ptr<limit_draw> limits_; ///< Outlives the machines.
  world world_;
  stage stage_;
};

result<net::placement_document> rehearsal::placement(std::size_t nodes) const {
  const auto all = names_of(*this);
  if (!all) return all.error();
  std::vector<path> homes;
  for (const auto& who : *all)
    if (std::ranges::find(homes, who.home()) == homes.end()) homes.push_back(who.home());
  if (homes.empty())
    return error{errc::rule, "The rehearsal names no entities, so there is nothing to host.", {}};
  return share_out(homes, nodes);
}

node::runtime_options rehearsal::node_options() const {
  node::runtime_options o;
  o.snapshot_every = std::min<std::size_t>(o.snapshot_every, 24);
  return o;
}

result<rehearsal_end> rehearse(rehearsal& what, const rehearsal_options& options) {
  auto document = what.placement(options.nodes == 0 ? what.nodes() : options.nodes);
  if (!document) return document.error();
  auto places = net::placement::make(*std::move(document));
  if (!places) return places.error();
  return performance(what, options, *places).run();
}

} // namespace loa::sim
