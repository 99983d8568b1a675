#include <loa/sim/internal/network_end.hpp>
#include <loa/sim/network.hpp>
#include <loa/sim/world.hpp>

#include <algorithm>

namespace loa::sim {

namespace {

/// A call is tried again after these pauses, as a kernel does, and then given up.
constexpr micros call_pauses[] = {micros(1'000'000), micros(2'000'000), micros(4'000'000)};
constexpr micros call_given_up{2'500'000};

std::uint64_t digest(const bytes& octets) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const unsigned char c : octets) h = (h ^ c) * 0x100000001b3ULL;
  return h;
}

} // namespace

network::network(world& of, std::uint64_t seed) : of_(of), random_(seed) {}
network::~network() = default;

// -- what may happen ------------------------------------------------------------------------------

void network::block(const std::string& from, const std::string& to) {
  if (++blocks_[{from, to}] == 1) of_.say("network", "nothing comes from " + from + " to " + to);
}

void network::unblock(const std::string& from, const std::string& to) {
  const auto found = blocks_.find({from, to});
  if (found == blocks_.end() || --found->second > 0) return;
  blocks_.erase(found);
  of_.say("network", "the way from " + from + " to " + to + " is open");
  for (auto& [n, l] : lines_)
    for (const int side : {0, 1}) {
      auto& d = l.to[1 - side];
      if (!d.held || l.sides[side].host != from || l.sides[1 - side].host != to) continue;
      d.held = false;
      if (d.under_way.empty()) continue;
      // Whoever sends again does so in ever longer pauses.
      d.under_way.front().at = of_.now() + micros(random_.below(500'000));
      move(n, side);
    }
}

void network::cut(const std::string& a, const std::string& b) {
  block(a, b);
  block(b, a);
}

void network::mend(const std::string& a, const std::string& b) {
  unblock(a, b);
  unblock(b, a);
}

bool network::blocked(const std::string& from, const std::string& to) const {
  return blocks_.contains({from, to});
}

void network::break_lines(const std::string& a, const std::string& b) {
  std::vector<number> broken;
  for (const auto& [n, l] : lines_)
    if ((l.sides[0].host == a && l.sides[1].host == b) ||
        (l.sides[0].host == b && l.sides[1].host == a))
      broken.push_back(n);
  if (!broken.empty()) of_.say("network", "lines between " + a + " and " + b + " break");
  for (const auto n : broken) fail(n, "The line broke.");
}

void network::fail(number n, const std::string& why) {
  const auto found = lines_.find(n);
  if (found == lines_.end()) return;
  auto& l = found->second;
  for (const int side : {0, 1}) {
    l.to[side].under_way.clear();
    hang_up(n, side, why, micros(random_.below(2'000)));
  }
}

// -- ends -----------------------------------------------------------------------------------------

std::unique_ptr<net::transport> network::plug_in(machine& at, std::string address,
                                                 const clock& monotonic) {
  auto e = std::make_unique<network_end>(*this, at, std::move(address), monotonic, ++last_plug_);
  ends_[e->plug()] = e.get();
  return e;
}

void network::listen(network_end& e) {
  by_address_[e.address()] = e.plug();
}

void network::forget(network_end& e) {
  ends_.erase(e.plug());
  const auto listening = by_address_.find(e.address());
  if (listening != by_address_.end() && listening->second == e.plug()) by_address_.erase(listening);
}

void network::drop(machine& at) {
  const bool told = random_.chance(0.5);
  for (auto& [plug, e] : ends_) {
    if (e->host() != at.name() || e->dead()) continue;
    e->die();
    const auto listening = by_address_.find(e->address());
    if (listening != by_address_.end() && listening->second == plug) by_address_.erase(listening);
    for (auto& [n, l] : lines_)
      for (const int side : {0, 1}) {
        auto& s = l.sides[side];
        if (s.plug != plug || !s.open) continue;
        s.open = false;
        s.dead = true;
        if (told) put(n, side, {{}, {}, parcel::kind::closed, "The other process ended."});
      }
  }
  std::vector<number> all;
  for (const auto& [n, l] : lines_) all.push_back(n);
  for (const auto n : all) tidy(n);
}

bool network::hurry(machine& at) {
  return std::ranges::any_of(
      ends_, [&](const auto& e) { return e.second->host() == at.name() && e.second->hurry(); });
}

// -- lines ----------------------------------------------------------------------------------------

const way& network::between(const std::string& from, const std::string& to) const {
  const auto found = ways_.find({from, to});
  return found == ways_.end() ? usual_ : found->second;
}

micros network::takes(const way& w) {
  const auto spread =
      static_cast<std::uint64_t>(std::max<micros::rep>((w.most - w.least).count(), 0)) + 1;
  auto more = std::min({random_.below(spread), random_.below(spread), random_.below(spread)});
  auto all = w.least + micros(more);
  if (w.loss > 0)
    for (auto pause = w.sent_again; random_.chance(w.loss) && pause < micros(10'000'000);
         pause *= 2)
      all += pause;
  return all;
}

network_end* network::end_of(const line_end& s) const {
  const auto found = ends_.find(s.plug);
  return found == ends_.end() || found->second->dead() ? nullptr : found->second;
}

void network::call(network_end& from, net::line_id line, std::string address) {
  const auto n = ++last_line_;
  auto& l = lines_[n];
  l.sides[0] = {from.host(), from.plug(), line, true, false};
  from.know(line, n, 0);
  ring(n, std::move(address), 0);
}

void network::ring(number n, std::string address, int attempt) {
  const auto found = lines_.find(n);
  if (found == lines_.end()) return;
  const auto& from = found->second.sides[0].host;
  const auto there = by_address_.find(address);
  const auto listening = there == by_address_.end() ? nullptr : ends_.at(there->second);
  const auto to = listening ? listening->host() : std::string();
  const bool lost = listening && (blocked(from, to) || blocked(to, from));
  if (lost || (!listening && random_.chance(0.25))) {
    const bool last = attempt == std::ssize(call_pauses);
    of_.after(last ? call_given_up : call_pauses[attempt],
              [this, n, address = std::move(address), attempt, last]() mutable {
                if (last) return hang_up(n, 0, "Nobody answered in time.", micros(0));
                ring(n, std::move(address), attempt + 1);
              });
    return;
  }
  const auto& w = between(from, to);
  if (!listening) return hang_up(n, 0, "The call was refused.", 2 * takes(w));
  of_.after(takes(w), [this, n, plug = listening->plug()] {
    const auto at = lines_.find(n);
    if (at == lines_.end()) return;
    auto& l = at->second;
    auto* e = end_of({{}, plug, 0, false, false});
    if (!e || !l.sides[0].open) return hang_up(n, 0, "The call was refused.", micros(500));
    l.sides[1] = {e->host(), plug, e->next_line(), true, false};
    e->know(l.sides[1].line, n, 1);
    of_.trace().decided(n);
    e->accepted(l.sides[1].line);
    put(n, 1, {{}, {}, parcel::kind::opened, {}});
  });
}

void network::send(number n, int from, bytes chunk) {
  const auto found = lines_.find(n);
  if (found == lines_.end() || !found->second.sides[from].open) return;
  const auto& l = found->second;
  const auto& w = between(l.sides[from].host, l.sides[1 - from].host);
  if (w.breaks > 0 && random_.chance(w.breaks)) return fail(n, "The line broke.");
  put(n, from, {of_.now() + takes(w), std::move(chunk), parcel::kind::chunk, {}});
}

void network::close(number n, int from, std::string why) {
  const auto found = lines_.find(n);
  if (found == lines_.end() || !found->second.sides[from].open) return;
  found->second.sides[from].open = false;
  put(n, from, {{}, {}, parcel::kind::closed, std::move(why)});
  tidy(n);
}

void network::put(number n, int from, parcel p) {
  auto& l = lines_.at(n);
  auto& d = l.to[1 - from];
  if (p.at == micros(0))
    p.at = of_.now() + takes(between(l.sides[from].host, l.sides[1 - from].host));
  d.under_way.push_back(std::move(p));
  if (!d.moving && !d.held) move(n, from);
}

void network::move(number n, int from) {
  auto& d = lines_.at(n).to[1 - from];
  if (d.under_way.empty()) return;
  d.moving = true;
  of_.at(std::max(of_.now(), d.under_way.front().at), [this, n, from] { arrive(n, from); });
}

void network::arrive(number n, int from) {
  const auto found = lines_.find(n);
  if (found == lines_.end()) return;
  auto& l = found->second;
  auto& d = l.to[1 - from];
  d.moving = false;
  if (d.under_way.empty()) return;
  auto& there = l.sides[1 - from];
  const auto& here = l.sides[from];
  if (blocked(here.host, there.host)) {
    d.held = true;
    return;
  }
  auto p = std::move(d.under_way.front());
  d.under_way.pop_front();
  of_.trace().decided(n);
  of_.trace().decided(digest(p.chunk));
  auto* e = end_of(there);
  if (p.is == parcel::kind::closed) {
    hang_up(n, 1 - from, p.why, micros(0));
  } else if (e && there.open) {
    carried_[{here.host, there.host}] += p.chunk.size();
    if (p.is == parcel::kind::opened)
      e->connected(there.line);
    else
      e->received(there.line, std::move(p.chunk));
  } else if (there.dead) {
    // A kernel that knows of no such line says so; a machine without power says nothing.
    const auto* m = of_.find(there.host);
    if (m && m->is() != machine::state::off)
      hang_up(n, from, "The other side knows nothing of this line.",
              takes(between(there.host, here.host)));
  }
  if (lines_.contains(n)) {
    move(n, from);
    tidy(n);
  }
}

void network::hang_up(number n, int at, std::string why, micros after) {
  of_.after(after, [this, n, at, why = std::move(why)] {
    const auto found = lines_.find(n);
    if (found == lines_.end()) return;
    auto& s = found->second.sides[at];
    if (s.open) {
      s.open = false;
      of_.trace().decided(n);
      if (auto* e = end_of(s)) e->closed(s.line, why);
    }
    tidy(n);
  });
}

void network::tidy(number n) {
  const auto found = lines_.find(n);
  if (found == lines_.end()) return;
  const auto& l = found->second;
  if (l.sides[0].open || l.sides[1].open) return;
  lines_.erase(found);
}

std::uint64_t network::carried(const std::string& from, const std::string& to) const {
  const auto found = carried_.find({from, to});
  return found == carried_.end() ? 0 : found->second;
}

} // namespace loa::sim
