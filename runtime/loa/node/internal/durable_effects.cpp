// How the effects of a decision become part of its transaction, or wait for its commit.

#include <loa/base/overloaded.hpp>
#include <loa/base/probe.hpp>
#include <loa/node/internal/durable_actor.hpp>
#include <loa/node/internal/stored_answers.hpp>

#include <caf/send.hpp>

#include <algorithm>

namespace loa::node {

namespace {

error too_large(std::string_view what, std::size_t octets, std::size_t most) {
  return {errc::too_large,
          std::string(what) + " of " + std::to_string(octets) + " octets is too large; at most " +
              std::to_string(most) + " are taken.",
          {}};
}

error taken(const loa::name& who) {
  return {errc::conflict, "The name \"" + who.str() + "\" is taken.", {}};
}

void put_reminder(const loa::name& who, const remind& r, draft& d) {
  d.put(store::table::reminders, store::reminder_key(r.due, who, r.id),
        wire::encode_record(stored_reminder{who, r.id, r.due}));
}

} // namespace

std::optional<error> durable_actor::check(const erased_decision& decided) {
  for (const auto& fact : decided.facts)
    if (fact.size() > most_fact_octets) return too_large("A fact", fact.size(), most_fact_octets);
  for (const auto& record : decided.posts)
    if (record.size() > link::most_body_octets)
      return too_large("A post", record.size(), link::most_body_octets);
  const auto in = scope();
  std::vector<const loa::name*> founding;
  for (const auto& e : decided.effects) {
    if (auto why = check_effect(e, in)) return why;
    if (const auto* q = std::get_if<post>(&e)) {
      const auto before =
          std::ranges::count_if(decided.effects.data(), &e, [&](const effect& other) {
            const auto* o = std::get_if<post>(&other);
            return o && o->to == q->to;
          });
      if (post_->out.room_for(q->to) <= static_cast<std::size_t>(before))
        return error{errc::too_many,
                     "Too much post waits for \"" + q->to.str() + "\"; try again later.",
                     {}};
    } else if (const auto* n = std::get_if<enrol>(&e)) {
      if (!feed().has_room_for(*n))
        return error{
            errc::too_many, "\"" + self_->str() + "\" has as many followers as it may have.", {}};
    } else if (const auto* f = std::get_if<found>(&e)) {
      const auto same = [&](const loa::name* other) { return *other == f->who; };
      if (std::ranges::any_of(founding, same)) return taken(f->who);
      founding.push_back(&f->who);
      if (auto why = check_free(f->who)) return why;
    }
  }
  return std::nullopt;
}

// By what is committed and what this entity has under way. Anybody else who takes the name
// meanwhile loses it again, since facts are inserted: see store::operation::insert.
std::optional<error> durable_actor::check_free(const loa::name& who) const {
  if (founding_.contains(who.str())) return taken(who);
  const auto& journal = core_.parts.journal;
  auto fact = journal.get(store::table::facts, store::fact_key(who, 1));
  auto snapshot = journal.get(store::table::snapshots, store::snapshot_key(who));
  if (!fact) return fact.error();
  if (!snapshot) return snapshot.error();
  if (*fact || *snapshot) return taken(who);
  return std::nullopt;
}

effect_scope durable_actor::scope() const {
  return {*self_, kind_, core_.kinds, core_.drivers, core_.types};
}

void durable_actor::carry_out(effect& e, draft& d) {
  std::visit(
      overloaded{
          [&](publish& p) {
            feed().publish(p, d);
            submitted_.emplace_back([this] { feed_->announce(); });
            after_.emplace_back([this, position = feed_->head()] { feed_->committed(position); });
          },
          [](post&) {}, // has its record beside it: see send_post
          [&](remind& r) {
            if (const auto old = reminders_.find(r.id); old != reminders_.end()) {
              if (old->second == r.due) return;
              d.erase(store::table::reminders, store::reminder_key(old->second, *self_, r.id));
            }
            d.fact(reminder_set{r.id, r.due});
            put_reminder(*self_, r, d);
            reminders_[r.id] = r.due;
            say_due_soon(r.due);
          },
          [&](forget& f) {
            const auto old = reminders_.find(f.id);
            if (old == reminders_.end()) return;
            d.fact(reminder_over{f.id});
            d.erase(store::table::reminders, store::reminder_key(old->second, *self_, f.id));
            reminders_.erase(old);
          },
          [&](follow& f) {
            if (followings_->begin(f, d)) after_.emplace_back([this] { followings_->start(); });
          },
          [&](unfollow& u) {
            if (!followings_->end(u.feed, d)) return;
            after_.emplace_back([this, u] {
              core_.send(u.feed, unfollow_letter{*self_, u.leave});
            });
          },
          [&](enrol& n) { feed().enrol(n, d); },
          [&](dismiss& n) { feed().dismiss(n.follower, d); },
          [&](acknowledge& a) {
            if (followings_->receipt(a, d))
              after_.emplace_back([this, feed = a.feed] { followings_->report(feed); });
          },
          [&](found& f) {
            d.insert(store::table::facts, store::fact_key(f.who, 1), std::move(f.first_fact));
            std::uint64_t number = 1;
            for (const auto& r : f.reminders) {
              d.insert(store::table::facts, store::fact_key(f.who, ++number),
                       wire::encode_record(reminder_set{r.id, r.due}));
              put_reminder(f.who, r, d);
              say_due_soon(r.due);
            }
            founded_.push_back(f.who);
            founding_.insert(f.who.str());
            after_.emplace_back([this, who = std::move(f.who)] { founding_.erase(who.str()); });
          },
          [&](drive& c) { after_.emplace_back([this, c = std::move(c)] { call_driver(c); }); },
          [&](deliver& c) { after_.emplace_back([this, c = std::move(c)] { hand_over(c); }); },
      },
      e);
}

void durable_actor::send_post(const post& p, bytes record, draft& d) {
  const auto awaited_by = p.before_reply ? key_of_command_ : bytes();
  const auto written = post_->out.write(p.to, std::move(record), awaited_by, d);
  if (!written) throw std::runtime_error(written.error().detail);
  if (p.before_reply) before_reply_.emplace_back(p.to, *written);
  after_.emplace_back([this, to = p.to, number = *written] { post_->out.committed(to, number); });
}

void durable_actor::say_due_soon(instant due) {
  if (due >= core_.parts.time.now() + longest_look_pause) return;
  after_.emplace_back([this, due] { caf::anon_send(core_.reminders, reminder_note{due}); });
}

void durable_actor::call_driver(const drive& c) {
  const auto found = core_.drivers.find(c.driver);
  if (found == core_.drivers.end()) return; // refused before
  core_.guarded("driver", c.driver, [&] { found->second->call(*self_, c.channel, c.call); });
}

void durable_actor::hand_over(const deliver& c) {
  if (kind_.clients)
    core_.guarded("driver", kind_.kind,
                  [&] { (void)kind_.clients->deliver(*self_, c.channel, c.entry); });
}

// -- emergencies that cannot be stored
// -------------------------------------------------------------

void durable_actor::plan_unstored(const publish& p, const std::string& id) {
  if (p.on != link::lane::emergency) return;
  unstored_id_ = id;
  unstored_.emplace_back(
      [this, entry = link::entry{0, p.on, p.audience, p.expires, p.channels, p.id, p.body}] {
        feed().pass_unstored(entry);
      });
}

void durable_actor::plan_unstored(const erased_decision& decided, const feed_entry& entry) {
  bool calls = false;
  for (const auto& e : decided.effects) {
    if (const auto* p = std::get_if<publish>(&e)) plan_unstored(*p, entry.entry.id);
    calls |= std::holds_alternative<drive>(e) || std::holds_alternative<deliver>(e);
  }
  if (!calls) return;
  // A client must not be told the position: another entry may get it. So the entity decides anew,
  // on what it knows once it has read its state.
  unstored_id_ = entry.entry.id;
  auto without = std::make_shared<feed_entry>(entry);
  without->entry.position = 0;
  unstored_.emplace_back([this, without = feed_entry_ptr(std::move(without))] {
    enqueue(mail_of(unstored_letter{without, true}));
  });
}

// Decides as for any entry, and keeps nothing of it.
void durable_actor::on_unstored(const unstored_letter& l) {
  const auto& e = l.entry->entry;
  doing_ = "emergency " + e.id;
  if (core_.crashes.count(*self_, doing_) >= most_crashes) return;
  if (!l.published && !core_.passed.add(*self_, e.id)) {
    LOA_PROBE("entity: an emergency that was not stored comes twice");
    return;
  }
  auto decided = entity_->handle_entry(l.entry, make_context({}));
  if (!decided.refusal) decided.refusal = check(decided);
  if (decided.refusal) return core_.bury(*self_, doing_, decided.refusal->detail);
  for (const auto& wanted : decided.effects) {
    if (const auto* p = std::get_if<publish>(&wanted); p && !l.published)
      plan_unstored(*p, e.id);
    else if (const auto* c = std::get_if<drive>(&wanted))
      call_driver(*c);
    else if (const auto* v = std::get_if<deliver>(&wanted))
      hand_over(*v);
  }
  for (const auto& f : std::exchange(unstored_, {})) f();
}

// -- answers under a key --------------------------------------------------------------------------

std::optional<error> durable_actor::check_answer(const wire::value& reply) const {
  if (reply.empty()) return std::nullopt;
  const auto type = reply.tag().name;
  if (std::ranges::find(kind_.replies, type) == kind_.replies.end())
    return error{errc::internal,
                 "An answer to a command with a key is kept, and \"" + std::string(type) +
                     "\" is not among the reply types of \"" + kind_.kind + "\".",
                 {}};
  if (auto fine = reply.check(); !fine) return error{errc::internal, fine.error().detail, {}};
  return std::nullopt;
}

bool durable_actor::answered_before(command_letter& l) {
  if (const auto now = answering_.find(l.how.key); now != answering_.end()) {
    LOA_PROBE("answers: a key comes again while its command is under way");
    if (now->second.content != l.how.content) {
      if (l.reply)
        l.reply->answer(error{errc::conflict, "This key was used with other content.", {}});
    } else if (l.reply) {
      now->second.also.push_back(l.reply);
    }
    return true;
  }
  const auto key = digest_of_key(*self_, l.how.key);
  auto kept = read_answer(core_.parts.journal, *self_, key);
  if (!kept) {
    if (l.reply) l.reply->answer(damaged(kept.error()));
    return true;
  }
  if (*kept && (*kept)->kept_until > core_.parts.time.now()) {
    LOA_PROBE("answers: a key comes again and gets what was answered");
    if (!l.reply) return true;
    if ((*kept)->content != l.how.content)
      l.reply->answer(error{errc::conflict, "This key was used with other content.", {}});
    else if (!post_->out.is_awaited(key))
      l.reply->answer(answer_in(**kept));
    else
      post_->out.when_none_awaited(key, [this, key, reply = l.reply](const result<void>& outcome) {
        if (!outcome) return reply->answer(outcome.error());
        auto now = read_answer(core_.parts.journal, *self_, key);
        if (!now) return reply->answer(damaged(now.error()));
        if (*now) reply->answer(answer_in(**now));
      });
    return true;
  }
  answering_[l.how.key].content = l.how.content;
  return false;
}

result<wire::value> durable_actor::answer_in(const stored_answer& a) const {
  if (a.refusal) return a.refusal->to_error();
  if (a.reply.data.empty()) return wire::value{};
  return core_.types.decode(a.reply.data, wire::journal_limits);
}

void durable_actor::keep_answer(const ask_options& how, const wire::value& reply, draft& d) {
  write_answer(
      *self_, digest_of_key(*self_, how.key),
      {core_.parts.time.now() + core_.options.answers_kept, how.content, {reply.encode()}, {}}, d);
}

} // namespace loa::node
