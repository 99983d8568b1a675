// Officials who publish.

#include <loa/city/workload.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::city {

using namespace std::chrono_literals;

namespace {

/// An emergency is with everybody who is connected within this, where nothing is wrong.
constexpr micros at_once = 2s;
/// And nothing was wrong for so long before: lost ways have been found again.
constexpr micros calm_before = 90s;

} // namespace

void workload::publish_now_and_then() {
  in_.world.after(pause(options_.publish_every), [this] {
    if (settled_) return;
    publish_something();
    publish_now_and_then();
  });
}

void workload::publish_something() {
  const auto& unit = any_unit().unit;
  const auto what = in_.random.below(100);
  if (what < 40) return publish(make_bulletin(unit, model::priority::routine));
  if (what < 60) return publish(make_bulletin(unit, model::priority::priority));
  if (what < 80) return publish(make_alert(unit));
  if (what < 84) { // a Cancel that overtakes what it takes back
    auto alert = make_alert(unit);
    publish(make_successor(alert, true));
    in_.world.after(in_.between(1s, 2min), [this, alert] { publish(alert); });
    return;
  }
  std::vector<const published*> open;
  for (const auto& [id, p] : in_.notes.bulletins)
    if (p.accepted() && p.bulletin.expires > in_.world.time() + 1min && !p.bulletin.is_cancel())
      open.push_back(&p);
  if (open.empty()) return publish(make_alert(unit));
  const auto& old = open[in_.random.below(open.size())]->bulletin;
  publish(make_successor(old, in_.random.chance(0.5)));
}

model::bulletin workload::make_bulletin(const path& unit, model::priority p) {
  model::bulletin b;
  b.id = model::make_bulletin_id(unit, in_.random);
  b.unit = unit;
  b.author = "bien-tap-vien";
  b.priority = p;
  b.category = model::category::administration;
  b.target = {unit};
  const auto below = in_.places.tree->children(unit);
  if (!below.empty() && in_.random.chance(0.3))
    b.target = {below[in_.random.below(below.size())]->unit};
  b.channels = {model::channel::loudspeaker, model::channel::board, model::channel::app};
  if (in_.random.chance(0.2)) b.channels = {model::channel::app};
  b.headline = {{"vi", "Thông báo của " + unit.str()}};
  b.text = {{"vi", std::string(20 + in_.random.below(400), 'a')}};
  b.sent = b.effective = std::chrono::floor<std::chrono::seconds>(in_.world.time());
  if (p != model::priority::emergency && in_.random.chance(0.1))
    b.effective += std::chrono::seconds(10 + in_.random.below(600));
  const bool brief = in_.random.chance(0.3);
  b.expires =
      b.effective +
      (brief ? std::chrono::seconds(120 + in_.random.below(1'200))
             : std::chrono::duration_cast<std::chrono::seconds>(model::default_validity(p)));
  return b;
}

model::bulletin workload::make_alert(const path& unit) {
  auto b = make_bulletin(unit, model::priority::emergency);
  b.category = model::category::emergency;
  b.channels = {model::channel::loudspeaker, model::channel::board, model::channel::app};
  b.cap = model::cap_info{fmt::format("alert-{}", ++alerts_),
                          "pctt@hcm.gov.vn",
                          format_rfc3339(b.sent),
                          "Alert",
                          "Actual",
                          {}};
  b.cap_xml.data = "<alert>" + b.cap->identifier + "</alert>";
  return b;
}

model::bulletin workload::make_successor(const model::bulletin& of, bool cancel) {
  if (!of.cap) {
    auto b = make_bulletin(of.unit, of.priority);
    b.target = of.target;
    b.channels = of.channels;
    b.replaces = {of.id};
    return b;
  }
  auto b = make_alert(of.unit);
  b.target = of.target;
  b.cap->msg_type = cancel ? "Cancel" : "Update";
  b.cap->references = {of.cap->sender + "," + of.cap->identifier + "," + of.cap->sent};
  b.expires = std::max(b.expires, of.expires);
  return b;
}

void workload::publish(model::bulletin b) {
  const auto id = b.id;
  const auto unit = b.unit;
  const bool emergency = b.priority == model::priority::emergency;
  const auto what = fmt::format("{}{}", wire::enum_name(b.priority),
                                b.cap ? " (" + b.cap->msg_type + ")" : std::string());
  auto command = wire::value::of(unit::publish_bulletin{b});
  in_.notes.bulletins[id] = {std::move(b), in_.now(), std::nullopt, 0, std::nullopt};
  in_.world.say("editor", fmt::format("{} publishes {}, {}", unit.str(), id, what));
  desk_.ask(name::of("unit", unit), std::move(command),
            {in_.random.chance(0.5) ? "publish-" + id : std::string(),
             {},
             emergency ? store::urgency::emergency : store::urgency::ordinary},
            [this, id](const result<wire::value>& got) {
              auto& p = in_.notes.bulletins.at(id);
              if (!got) {
                p.refused = got.error();
                in_.world.say("editor", id + " is not accepted: " + got.error().detail);
                return;
              }
              p.answered = in_.now();
              p.position = got->get<unit::accepted>()->position;
              in_.world.say("editor",
                            fmt::format("{} is accepted at position {} after {:.3f} s", id,
                                        p.position,
                                        static_cast<double>((in_.now() - p.asked).count()) / 1e6));
              judge_answer(p);
              if (p.bulletin.priority == model::priority::emergency) judge_speed(id, in_.now());
            });
}

void workload::judge_answer(const published& p) {
  const auto who = "unit/" + p.bulletin.unit.str();
  for (const auto& [id, other] : in_.notes.bulletins) {
    if (id == p.bulletin.id || other.bulletin.unit != p.bulletin.unit || !other.accepted())
      continue;
    if (other.position == p.position)
      in_.notes.accuse(
          1, who, fmt::format("{} and {} both have position {}", id, p.bulletin.id, p.position),
          in_.now());
    if (*other.answered < p.asked && other.position > p.position)
      in_.notes.accuse(3, who,
                       fmt::format("{} was accepted before {} was sent, and stands behind it", id,
                                   p.bulletin.id),
                       in_.now());
  }
}

void workload::judge_speed(const model::bulletin_id& id, micros since) {
  in_.world.after(at_once, [this, id, since] {
    if (!in_.well.all_well(since - calm_before, in_.now())) return;
    const auto& b = in_.notes.bulletins.at(id).bulletin;
    if (b.expires <= in_.world.time()) return;
    const auto there = [&](const std::optional<micros>& online) {
      return online && *online + 15s < since;
    };
    for (const auto& c : in_.notes.citizens)
      if (there(c.online_since) && !c.first.contains(id) &&
          std::ranges::any_of(c.units, [&](const path& u) { return b.targets(u); }))
        in_.notes.accuse(4, c.who.str(),
                         fmt::format("has not been shown the emergency {} within {} s, though "
                                     "nothing was wrong",
                                     id, at_once.count() / 1'000'000),
                         in_.now());
    if (in_.notes.superseded(b)) return;
    for (const auto& d : in_.notes.devices) {
      if (!there(d.online_since) || !b.targets(d.unit) || d.playing.empty()) continue;
      const auto playing = in_.notes.bulletins.find(d.playing);
      if (playing != in_.notes.bulletins.end() && !d.told.contains(id) &&
          playing->second.bulletin.priority != model::priority::emergency)
        in_.notes.accuse(
            4, d.who.str(),
            fmt::format("goes on playing {} instead of the emergency {}", d.playing, id),
            in_.now());
    }
  });
}

} // namespace loa::city
