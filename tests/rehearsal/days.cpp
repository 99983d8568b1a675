#include "days.hpp"

#include "entities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace loa::odd {

using namespace std::chrono_literals;

namespace {

bool any_of(const act& a, fate f) {
  return std::ranges::any_of(a.tricks, [&](auto i) { return tricks()[i].end == f; });
}

std::string in_words(const act& a) {
  std::string out;
  for (const auto i : a.tricks) out.append(out.empty() ? "" : ", ").append(tricks()[i].what);
  return out;
}

/// Whether the answer to an order waits for posts, whose refusal it may be.
bool waits(const std::string& who, const act& a) {
  const auto self = *name::parse(who);
  hand h(self, {}, a.mark, a.seed);
  play(h, a.tricks);
  return std::ranges::any_of(h.d.effects, [](const node::effect& e) {
    const auto* p = std::get_if<node::post>(&e);
    return p && p->before_reply;
  });
}

/// What must become of an order.
fate fate_of(const std::string& who, const act& a) {
  if (who.starts_with("fleeting/") &&
      std::ranges::any_of(a.tricks, [](auto i) { return !tricks()[i].volatile_too; }))
    return fate::either;
  if (any_of(a, fate::refused)) return fate::refused;
  return any_of(a, fate::either) ? fate::either : fate::accepted;
}

} // namespace

std::vector<node::entity_kind> days::kinds() const {
  return {node::kind_of<oddity>(), node::kind_of<mute>(), node::kind_of<fleeting>()};
}

std::vector<std::string> days::entities() const {
  auto all = cast();
  for (const auto more : {"mute/a", "mute/b", "odd/w", "fleeting/a", "fleeting/c"})
    all.emplace_back(more);
  return all;
}

std::vector<std::pair<std::string, node::driver*>> days::drivers(const std::string&) {
  return {{std::string(known_driver), &drum_}, {std::string(fleeting::kind), &drum_}};
}

void days::live(sim::stage& s) {
  s.ask_carelessly(listener, wire::value::of(look_up{})); // wakes it, so that it follows
  s.after(20s, [this, &s] {
    s.now_and_then(5s, [this, &s] { order(s); });
    s.now_and_then(40s, [this, &s] {
      act a{++marks_, 0, {}, true};
      s.questions().look(*name::parse(s.one_of(entities())), wire::value::of(a),
                         [](const auto&) {});
    });
  });
  s.now_and_then(5s, [this, &s] { read_log(s); });
}

std::vector<std::uint32_t> days::choose(sim::stage& s, bool fleeting) {
  std::vector<std::uint32_t> out;
  for (auto n = s.random().below(4); n > 0; --n) out.push_back(s.one_of(sensible()));
  if (repertoire_.wild && s.random().chance(0.5))
    out.push_back(repertoire_.only ? *repertoire_.only : s.one_of(wild()));
  if (fleeting && s.random().chance(0.7))
    std::erase_if(out, [](auto i) { return !tricks()[i].volatile_too; });
  return out;
}

void days::order(sim::stage& s) {
  static const std::vector<std::string> others = {"mute/a", "mute/b", "fleeting/a", "fleeting/c"};
  auto who = s.one_of(cast());
  const auto turn = s.random().below(100);
  if (turn < 15) who = s.one_of(others);
  if (turn >= 85 && !children_.empty()) who = s.one_of(children_);
  const bool fleeting = who.starts_with("fleeting/");
  const act a{++marks_, s.random().next(), choose(s, fleeting), false};
  // Some are awake and empty when they are founded.
  const auto child = name::of("odd", name::parse(who)->home(), "c" + std::to_string(a.mark));
  if (s.random().chance(0.7)) s.ask_carelessly(child.str(), wire::value::of(look_up{}));
  s.after(s.between(0ms, 2s), [this, &s, who, a] { give(s, who, a); });
}

void days::give(sim::stage& s, const std::string& who, const act& a) {
  const auto then = [this, &s, who, a](const auto& answer) { answered(s, who, a, answer); };
  if (who.starts_with("fleeting/"))
    s.ask_carelessly(who, wire::value::of(a), then);
  else
    s.ask(who, wire::value::of(a), then);
}

void days::answered(sim::stage& s, const std::string& who, const act& a,
                    const result<wire::value>& answer) {
  notes_.push_back({who, a, answer});
  const auto end = fate_of(who, a);
  if (!answer) {
    ++refused_;
    if (end == fate::accepted)
      s.broken(who, fmt::format("refused the sensible order {} ({}): {}", a.mark, in_words(a),
                                answer.error().detail));
    return;
  }
  ++positive_;
  if (end == fate::refused)
    s.broken(who, fmt::format("answered positively to what cannot be, order {}: it {}.", a.mark,
                              in_words(a)));
  if (who.starts_with("fleeting/")) return; // it has kept nothing
  if (const auto* d = answer->get<done>()) waited_for(s, who, a, *d);
  const auto self = *name::parse(who);
  hand h(self, {}, a.mark, a.seed);
  play(h, a.tricks);
  for (const auto& f : h.log.founded) children_.push_back(f.who);
}

void days::waited_for(sim::stage& s, const std::string& who, const act& a, const done& answer) {
  for (const auto& p : answer.first)
    if (p.to.starts_with("odd/"))
      s.ask_carelessly(p.to, wire::value::of(look_up{}), [this, &s, who, a, p](const auto& told) {
        const auto* b = told ? told->template get<book>() : nullptr;
        if (!b || std::ranges::count(b->got, p.mark) != 1)
          s.broken(who, fmt::format("answered order {} ({}) before \"{}\" had taken the post {}.",
                                    a.mark, in_words(a), p.to, p.mark));
      });
}

void days::read_log(sim::stage& s) {
  const auto& all = s.world().trace();
  const auto fresh = std::min<std::uint64_t>(all.said() - log_read_, all.lines().size());
  log_read_ = all.said();
  std::vector<sim::trace::line> bad;
  for (auto i = all.lines().size() - fresh; i < all.lines().size(); ++i) {
    const auto& l = all.lines()[i];
    const bool crash = l.what.starts_with("entity: An entity crashed.") &&
                       !l.what.ends_with("reason=on purpose") &&
                       !l.what.ends_with("reason=killed on request");
    if (crash || l.what.starts_with("entity: An entity cannot be read")) bad.push_back(l);
  }
  for (const auto& l : bad) s.broken(l.who, l.what);
}

void days::settle(sim::stage& s) {
  read_log(s);
}

books days::read_books(sim::stage& s) const {
  books all;
  std::vector<std::string> to_read = cast();
  for (const auto more : {"mute/a", "mute/b", "odd/w"}) to_read.emplace_back(more);
  std::set<std::string> known(to_read.begin(), to_read.end());
  const auto add = [&](const std::string& who) {
    if (who.starts_with("odd/") && known.insert(who).second) to_read.push_back(who);
  };
  for (const auto& c : children_) add(c);
  for (std::size_t i = 0; i < to_read.size(); ++i) {
    const auto who = to_read[i];
    const auto b = s.read<book>(who, look_up{});
    if (!b) continue;
    for (const auto& p : b->sent) add(p.to);
    for (const auto& f : b->founded) add(f.who);
    all[who] = *b;
  }
  return all;
}

void days::check_notes(sim::stage& s, const books& all) const {
  for (const auto& n : notes_) {
    const auto b = all.find(n.who);
    if (b == all.end()) continue;
    const auto times = std::ranges::count(b->second.done, n.order.mark);
    if (n.answer ? times != 1 : times != 0 && !waits(n.who, n.order))
      s.broken(n.who,
               fmt::format("{} order {} ({}) and has done it {} times.",
                           n.answer ? "did" : "refused", n.order.mark, in_words(n.order), times));
  }
}

void days::check(sim::stage& s) {
  read_log(s);
  const auto all = read_books(s);
  check_notes(s, all);
  compare(s, all);
}

std::vector<sim::figure> days::figures() const {
  return {{"orders carried out", positive_},
          {"orders refused", refused_},
          {"entities founded", children_.size()},
          {"calls of a driver", drum_.beats}};
}

} // namespace loa::odd
