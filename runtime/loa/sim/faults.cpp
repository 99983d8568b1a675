#include <loa/sim/faults.hpp>
#include <loa/sim/world.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

namespace loa::sim {

namespace {

struct kind_of_trouble {
  std::string_view text;
  trouble what;
  bool between = false; ///< Two nodes.
};

constexpr kind_of_trouble all_troubles[] = {
    {"no way between the two", trouble::cut, true},
    {"nothing comes from the first to the second", trouble::one_way, true},
    {"lines break", trouble::broken, true},
    {"killed", trouble::killed},
    {"stops, and starts again", trouble::restarted},
    {"frozen", trouble::frozen},
    {"the disk is full", trouble::disk_full},
    {"the disk fails", trouble::disk_fails},
    {"the disk is slow", trouble::disk_slow},
    {"slow", trouble::slow},
    {"the clock is wrong", trouble::clock_wrong},
    {"an entity crashes", trouble::crash},
};

const kind_of_trouble& kind_of(trouble t) {
  return *std::ranges::find(all_troubles, t, &kind_of_trouble::what);
}

/// How often something happens in a weather: so many in an hour, for a world of three nodes.
struct frequency {
  trouble what;
  unsigned rain;
  unsigned storm;
};
constexpr frequency frequencies[] = {
    {trouble::cut, 2, 8},       {trouble::one_way, 1, 4},     {trouble::broken, 4, 20},
    {trouble::killed, 2, 12},   {trouble::restarted, 1, 3},   {trouble::frozen, 1, 4},
    {trouble::disk_full, 1, 4}, {trouble::disk_fails, 1, 6},  {trouble::disk_slow, 1, 3},
    {trouble::slow, 1, 3},      {trouble::clock_wrong, 1, 4}, {trouble::crash, 6, 40},
};

micros seconds(double s) {
  return micros(static_cast<micros::rep>(s * 1'000'000));
}

/// How long it lasts: mostly seconds, sometimes minutes.
micros draw_length(trouble what, seeded_random& dice) {
  if (what == trouble::broken || what == trouble::disk_fails || what == trouble::crash) return {};
  const auto most = dice.chance(0.25) ? 600'000'000ULL : 40'000'000ULL;
  return micros(200'000 + dice.below(what == trouble::restarted ? 20'000'000 : most));
}

micros draw_jump(seeded_random& dice) {
  const auto by = micros(2'000'000 + dice.below(dice.chance(0.3) ? 1'800'000'000 : 60'000'000));
  return dice.chance(0.5) ? by : -by;
}

/// What is wrong with a node, and how often at once.
class doctor : public std::enable_shared_from_this<doctor> {
public:
  explicit doctor(world& w) : world_(w) {}

  void begin(const fault& f) {
    world_.say("trouble", to_string(f));
    auto* m = world_.find(f.node);
    auto& net = world_.network();
    switch (f.what) {
    case trouble::cut:
      return net.cut(f.node, f.other);
    case trouble::one_way:
      return net.block(f.node, f.other);
    case trouble::broken:
      return net.break_lines(f.node, f.other);
    case trouble::crash:
      for (const auto& each : world_.machines()) each->crash(f.who);
      return;
    default:
      break;
    }
    if (!m) return;
    ++ills_[{f.node, f.what}];
    switch (f.what) {
    case trouble::killed:
      m->kill();
      break;
    case trouble::restarted:
      m->stop();
      break;
    case trouble::frozen:
      m->freeze();
      break;
    case trouble::disk_full:
      m->disk().fill();
      break;
    case trouble::disk_fails:
      m->disk().fail_next(1 + world_.random().below(5));
      break;
    case trouble::disk_slow:
      m->disk().most_sync = micros(500'000);
      break;
    case trouble::slow:
      m->slow_down(micros(500 + world_.random().below(4'000)));
      break;
    case trouble::clock_wrong:
      m->wall().set_ahead(f.ahead);
      break;
    default:
      break;
    }
  }

  void end(const fault& f) {
    auto& net = world_.network();
    if (f.what == trouble::cut) return net.mend(f.node, f.other);
    if (f.what == trouble::one_way) return net.unblock(f.node, f.other);
    auto* m = world_.find(f.node);
    if (!m || --ills_[{f.node, f.what}] > 0) return;
    if (f.lasts > micros(0))
      world_.say("trouble", f.node + " is over: " + std::string(kind_of(f.what).text));
    switch (f.what) {
    case trouble::killed:
    case trouble::restarted:
      if (ills_[{f.node, trouble::killed}] == 0 && ills_[{f.node, trouble::restarted}] == 0)
        start(f.node, 0);
      break;
    case trouble::frozen:
      m->thaw();
      break;
    case trouble::disk_full:
      m->disk().make_room();
      break;
    case trouble::disk_slow:
      m->disk().most_sync = sim::disk(0).most_sync;
      break;
    case trouble::slow:
      m->slow_down(micros(0));
      break;
    case trouble::clock_wrong:
      m->wall().set_ahead(micros(0));
      break;
    default:
      break;
    }
  }

private:
  /// As an init system does: again and again until it comes up.
  void start(const std::string& node, int attempt) {
    auto* m = world_.find(node);
    if (m->is() != machine::state::off || m->start() || attempt >= 1'000) return;
    world_.after(seconds(1),
                 [self = shared_from_this(), node, attempt] { self->start(node, attempt + 1); });
  }

  world& world_;
  std::map<std::pair<std::string, trouble>, int> ills_;
};

} // namespace

std::string to_string(const fault& f) {
  if (f.what == trouble::crash) return "crash of " + f.who.str();
  const auto& kind = kind_of(f.what);
  auto text = kind.between ? fmt::format("{} and {}: {}", f.node, f.other, kind.text)
                           : fmt::format("{}: {}", f.node, kind.text);
  if (f.what == trouble::clock_wrong)
    text += fmt::format(" by {:.3f} s", static_cast<double>(f.ahead.count()) / 1e6);
  if (f.lasts > micros(0))
    text += fmt::format(" for {:.3f} s", static_cast<double>(f.lasts.count()) / 1e6);
  return text;
}

std::optional<weather> weather_of(std::string_view text) {
  for (const auto w : {weather::calm, weather::rain, weather::storm})
    if (to_string(w) == text) return w;
  return std::nullopt;
}

std::string_view to_string(weather w) noexcept {
  switch (w) {
  case weather::rain:
    return "rain";
  case weather::storm:
    return "storm";
  case weather::calm:
    break;
  }
  return "calm";
}

fault_plan draw(weather w, std::uint64_t seed, const fault_targets& targets) {
  fault_plan plan;
  if (w == weather::calm || targets.nodes.empty() || targets.until <= targets.from) return plan;
  seeded_random dice(seed);
  const auto span = static_cast<std::uint64_t>((targets.until - targets.from).count());
  constexpr std::uint64_t hour = 3'600'000'000ULL;
  const auto any_node = [&] { return targets.nodes[dice.below(targets.nodes.size())]; };
  for (const auto& [what, rain, storm] : frequencies) {
    const auto kind = kind_of(what);
    if (kind.between && targets.nodes.size() < 2) continue;
    if (what == trouble::crash && targets.entities.empty()) continue;
    const auto expected = (w == weather::rain ? rain : storm) * span;
    // As many as are expected on average, so that a short world has some, too.
    const auto count = expected / hour + (dice.below(hour) < expected % hour ? 1 : 0);
    for (std::uint64_t i = 0; i < count; ++i) {
      fault f;
      f.what = what;
      f.at = targets.from + micros(dice.below(span));
      f.lasts = std::min(draw_length(what, dice), targets.until - f.at);
      f.node = any_node();
      while (kind.between && (f.other.empty() || f.other == f.node)) f.other = any_node();
      if (what == trouble::clock_wrong) f.ahead = draw_jump(dice);
      if (what == trouble::crash) f.who = targets.entities[dice.below(targets.entities.size())];
      plan.push_back(std::move(f));
    }
  }
  std::ranges::stable_sort(plan, {}, &fault::at);
  return plan;
}

void arm(world& w, const fault_plan& plan) {
  const auto d = std::make_shared<doctor>(w);
  for (const auto& f : plan) {
    w.at(f.at, [d, f] { d->begin(f); });
    // At the same instant the seed would decide which comes first.
    w.at(f.at + std::max(f.lasts, micros(1)), [d, f] { d->end(f); });
  }
}

} // namespace loa::sim
