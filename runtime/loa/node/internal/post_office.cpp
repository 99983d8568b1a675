#include <loa/base/overloaded.hpp>
#include <loa/base/probe.hpp>
#include <loa/node/internal/core.hpp>
#include <loa/node/internal/engine.hpp>
#include <loa/node/internal/post_office.hpp>
#include <loa/store/meta.hpp>

#include <algorithm>
#include <atomic>

namespace loa::node {

namespace {

constexpr duration farewell_patience = std::chrono::seconds(1);

/// Whom a letter speaks for; null for a command, which anybody may give.
const name* speaker_of(const letter& l) {
  using who = const name*;
  return std::visit(overloaded{
                        [](const link_letter& f) -> who { return &f.from; },
                        [](const follow_letter& f) -> who { return &f.follower; },
                        [](const unfollow_letter& u) -> who { return &u.follower; },
                        [](const nudge_letter& n) -> who { return &n.feed; },
                        [](const unstored_letter& u) -> who { return u.entry->feed.get(); },
                        [](const auto&) -> who { return nullptr; },
                    },
                    l);
}

} // namespace

post_office::post_office(node_core& core, cluster_parts parts, adoptions adopted)
    : core_(core),
      who_(std::move(parts.who)),
      incarnation_(core.parts.random.next()),
      routes_(who_.id().node, std::move(adopted), std::move(parts.placement)),
      transport_(std::move(parts.transport)),
      documents_(std::move(parts.documents)),
      on_document_(std::move(parts.on_document)),
      lives_(core.parts.journal, core.parts.writer, core.parts.log,
             core.metrics.journals_rolled_back, core.metrics.journals_changed),
      giver_(*this, core.parts.journal, core.parts.log),
      taker_(*this, core.parts.journal, core.parts.log, judge_of_moves()) {
  for (auto& s : parts.services) {
    auto kind = s.kind;
    services_.emplace(std::move(kind), std::move(s));
  }
}

post_office::~post_office() {
  stop();
  const std::lock_guard lock(answers_->mutex);
  answers_->office = nullptr;
}

result<void> post_office::start() {
  answers_->office = this;
  const auto journal = store::read_identity(core_.parts.journal);
  if (!journal) return journal.error();
  own_life_ = {journal->id, journal->starts,
               journal->restored ? static_cast<std::uint64_t>(to_millis(*journal->restored)) : 0};
  const auto now = core_.parts.time.now();
  for (const auto& place : routes_.placement()->document().nodes) {
    if (place.node == routes_.own()) continue;
    auto p = std::make_unique<peer>();
    p->node = place.node;
    p->address = place.address;
    status_[place.node] = {place.node, place.address, false, now, {}, 0, {}};
    peers_.emplace(place.node, std::move(p));
  }
  note_not_adopted();
  for (const auto& node : routes_.neighbours())
    if (auto* p = find(node)) p->neighbour = true;
  auto begun = transport_->start(*this);
  started_ = begun.has_value();
  if (started_)
    transport_->run([this] {
      call_neighbours();
      // A newer placement may have been put here while nobody served.
      note_lost(*routes_.placement(), [this](const store::unit_set& units) {
        const auto any = store::has_any(core_.parts.journal, units);
        return !any || *any;
      });
      resume_moves();
    });
  return begun;
}

void post_office::stop() {
  if (!std::exchange(started_, false)) return;
  const auto done = std::make_shared<std::atomic<bool>>(false);
  later([this, done] {
    for (auto& [line, c] : conversations_)
      carry_out(*c, c->session.close({net::farewell_reason::stopping, {}}, transport_->now()));
    for (auto& [node, p] : peers_) {
      for (auto& w : std::exchange(p->waiting, {}))
        refuse(w.what, {errc::unavailable, "The node is stopping.", {}});
      pending_.lose(node);
    }
    giver_.stop();
    done->store(true);
  });
  core_.parts.engine->work_until([&] { return done->load(); }, farewell_patience);
  transport_->stop();
}

// -- going out ------------------------------------------------------------------------------------

bool post_office::is_here(const name& who) const {
  const auto kind = core_.kinds.find(who.kind());
  if (kind != core_.kinds.end() && !kind->second.durable)
    return true; // sessions live where they connect
  return routes_.here(who.home());
}

bool post_office::takes(const name& to, letter& l) {
  const bool travels = std::visit(overloaded{
                                      [](const command_letter&) { return true; },
                                      [](const link_letter&) { return true; },
                                      [](const nudge_letter&) { return true; },
                                      [](const unstored_letter&) { return true; },
                                      [](const follow_letter& f) { return !f.reply_to; },
                                      [this](const unfollow_letter& u) {
                                        const auto kind = core_.kinds.find(u.follower.kind());
                                        return kind != core_.kinds.end() && kind->second.durable;
                                      },
                                      [](const auto&) { return false; },
                                  },
                                  l);
  if (!travels) return false;
  if (is_here(to)) {
    auto* c = std::get_if<command_letter>(&l);
    return c && serve(to, c->command, c->reply);
  }
  std::uint64_t under = 1;
  if (const auto* speaker = speaker_of(l)) {
    // Looked up now: when the letter goes the unit may be another's, in a later epoch. Who has lost
    // it already says nothing more in its name.
    const auto own = routes_.speaks_under(speaker->home());
    if (!own) {
      LOA_PROBE("office: who has lost a unit would speak in its name");
      return true;
    }
    under = *own;
  }
  auto there = routes_.find(to.home());
  later([this, node = std::move(there.node), to, under,
         what = std::make_shared<letter>(std::move(l))]() mutable {
    deliver(node, to, std::move(*what), under);
  });
  return true;
}

bool post_office::serve(const name& to, wire::value& command, const reply_ptr& reply) {
  const auto found = services_.find(to.kind());
  if (found == services_.end()) return false;
  found->second.serve(to, std::move(command), [reply](result<wire::value> r) {
    if (reply) reply->answer(std::move(r));
  });
  return true;
}

void post_office::later(std::function<void()> task) {
  {
    std::lock_guard lock(queue_mutex_);
    if (max_queued.reached_by(queue_.size()))
      return; // frames come again, and a command's slot answers
    queue_.push_back(std::move(task));
    if (queue_.size() > 1) return;
  }
  transport_->run([this] { work_off(); });
}

void post_office::work_off() {
  std::vector<std::function<void()>> all;
  {
    std::lock_guard lock(queue_mutex_);
    all.swap(queue_);
  }
  for (auto& task : all) task();
  finish_step();
}

void post_office::deliver(const std::string& node, const name& to, letter l, std::uint64_t under) {
  auto* p = find(node);
  if (!p && node == routes_.own()) {
    LOA_PROBE("office: a letter for a unit that this node does not serve yet or any more");
    return refuse(l, {errc::unavailable,
                      routes_.leaving(to.home())
                          ? to.home().str() + " is moving to another node; ask again in a moment."
                          : to.home().str() + " waits to be adopted by node \"" + node + "\".",
                      {}});
  }
  if (!p)
    return refuse(l, {errc::unavailable,
                      "The placement gives " + to.home().str() + " to no node that is known.",
                      {}});
  if (const auto* frame = std::get_if<link_letter>(&l)) p->remember(frame->from);
  if (p->up) return send_letter(*p, to, l, under);
  reach(*p);
  if (!std::holds_alternative<command_letter>(l)) return;
  if (peer::max_waiting.reached_by(p->waiting.size()))
    return refuse(l, {errc::unavailable, "Node \"" + node + "\" cannot be reached now.", {}});
  LOA_PROBE("office: a command waits for a way");
  p->waiting.push_back({to, std::move(l), transport_->now() + peer::patience});
}

void post_office::refuse(letter& l, const error& why) {
  if (auto* c = std::get_if<command_letter>(&l); c && c->reply) c->reply->answer(why);
}

void post_office::send_letter(peer& p, const name& to, letter& l, std::uint64_t under) {
  using enum net::envelope_lane;
  const carried_epochs epochs{under, routes_.epoch_of(to.home())};
  auto& bodies = conversations_.at(*p.up)->sent;
  std::visit(
      overloaded{
          [&](link_letter& f) {
            const auto on = lane_of(f.frame);
            auto frame = carry(f.from, to, std::move(f.frame), epochs, bodies.on(on));
            if (!frame.bodies.empty()) frame.sent = sending_time_of(core_.parts.time);
            if (put(p, on, frame)) return;
            for (const auto& b : frame.bodies)
              if (b.content) bodies.on(on).unsent(b.number);
          },
          [&](command_letter& c) {
            const bool urgent = c.how.urgency == store::urgency::emergency;
            const auto number = c.reply ? pending_.add(p.node, c.reply, transport_->now()) : 0;
            if (c.reply && number == 0)
              return c.reply->answer(
                  error{errc::too_many,
                        "Too many commands to other nodes are under way; try again later.",
                        {}});
            const carried_command m{number, to,    {c.command.encode()}, c.how.key, c.how.content,
                                    urgent, epochs};
            if (!put(p, urgent ? emergency : ordinary, m))
              pending_.answer(p.node, number,
                              error{errc::too_many,
                                    "Too much waits for node \"" + p.node + "\"; try again later.",
                                    {}});
          },
          [&](follow_letter& f) {
            put(p, emergency, carried_follow{f.follower, to, f.channel, epochs});
          },
          [&](unfollow_letter& u) {
            put(p, ordinary, carried_unfollow{u.follower, to, u.leave, epochs});
          },
          [&](nudge_letter& n) {
            put(p, emergency, carried_nudge{n.feed, to, epochs});
          },
          [&](unstored_letter& u) {
            auto carried = carry(to, *u.entry, epochs, bodies.on(emergency));
            carried.sent = sending_time_of(core_.parts.time);
            if (!put(p, emergency, carried) && carried.body.content)
              bodies.on(emergency).unsent(carried.body.number);
          },
          [](auto&) {},
      },
      l);
}

bool post_office::put(peer& p, net::envelope_lane on, const node_message& m) {
  auto& c = *conversations_.at(*p.up);
  c.touched = true;
  if (auto sent = c.session.send(on, entity_mail, encode(m)); !sent) {
    core_.metrics.peer_refused.add();
    return false;
  }
  return true;
}

void post_office::answer(net::line_id line, net::envelope_lane on, std::uint64_t number,
                         const result<wire::value>& with) {
  const auto found = conversations_.find(line);
  if (found == conversations_.end() || !found->second->with) {
    LOA_PROBE("office: an answer whose line is gone");
    return;
  }
  auto& c = *found->second;
  carried_answer a{number, std::nullopt, {}};
  if (with)
    a.reply.data = with->encode();
  else
    a.refused = carry(with.error());
  c.touched = true;
  if (auto sent = c.session.send(on, entity_mail, encode(a)); !sent) {
    core_.metrics.peer_refused.add();
    // Whoever asked shall not wait for what does not come.
    const carried_answer instead{number, carry(sent.error()), {}};
    if (!c.session.send(on, entity_mail, encode(instead))) core_.metrics.peer_refused.add();
  }
}

// -- time -----------------------------------------------------------------------------------------

void post_office::on_time() {
  const auto now = transport_->now();
  for (auto& [line, c] : conversations_)
    if (c->timer && *c->timer <= now) carry_out(*c, c->session.tick(now));
  for (auto& [node, p] : peers_) {
    while (!p->waiting.empty() && p->waiting.front().until <= now) {
      LOA_PROBE("office: a command has waited for a way in vain");
      refuse(p->waiting.front().what,
             {errc::unavailable, "Node \"" + node + "\" cannot be reached now.", {}});
      p->waiting.pop_front();
    }
    if (!p->call_at || *p->call_at > now) continue;
    p->call_at.reset();
    if (p->left) continue;
    if (p->neighbour || !p->waiting.empty() || !p->correspondents.empty()) {
      p->called = {};
      reach(*p);
    }
  }
  pending_.tick(now);
  if (release_at_ && *release_at_ <= now) wait_for_leavers();
  giver_.tick();
  if (resume_at_ && *resume_at_ <= now) resume_moves();
  finish_step();
}

/// Sends what this step has queued, drops what has ended, and sets the timer.
void post_office::finish_step() {
  for (auto& [line, c] : conversations_) {
    if (!std::exchange(c->touched, false) || c->session.has_ended()) continue;
    carry_out(*c, c->session.flush(transport_->now()));
  }
  for (const auto line : std::exchange(gone_, {})) conversations_.erase(line);
  std::optional<instant> next = pending_.deadline();
  const auto sooner = [&](const std::optional<instant>& t) {
    if (t && (!next || *t < *next)) next = t;
  };
  sooner(release_at_);
  sooner(giver_.next_tick());
  sooner(resume_at_);
  note_move();
  for (const auto& [line, c] : conversations_) sooner(c->timer);
  for (const auto& [node, p] : peers_) {
    sooner(p->call_at);
    if (!p->waiting.empty()) sooner(p->waiting.front().until);
  }
  if (next) transport_->wake_at(*next);
}

} // namespace loa::node
