#include <loa/base/overloaded.hpp>
#include <loa/base/probe.hpp>
#include <loa/node/internal/durable_actor.hpp>
#include <loa/node/internal/no_feed.hpp>
#include <loa/node/internal/stored_answers.hpp>

#include <caf/send.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace loa::node {

namespace {

const loa::name nobody;

/// False for what an entity hears because of what it did itself, and for reminders.
bool is_from_others(const letter& l) {
  if (const auto* f = std::get_if<link_letter>(&l))
    return !std::holds_alternative<link::post_ack>(f->frame);
  return !std::holds_alternative<load_letter>(l) && !std::holds_alternative<due_letter>(l) &&
         !std::holds_alternative<tick_letter>(l) && !std::holds_alternative<sleep_letter>(l);
}

} // namespace

instant durable_actor::monotonic() const {
  return core_.parts.monotonic.now();
}

void durable_actor::before_crash() {
  give_up_reminders();
  if (queue_.idle()) return;
  LOA_PROBE("entity: ends with facts under way");
  core_.unsettled.add(*self_);
}

// -- letters --------------------------------------------------------------------------------------

void durable_actor::on_letter(letter& l) {
  if (phase_ == phase::fresh) begin_load();
  if (auto* settled = std::get_if<settled_letter>(&l)) return on_settled(*settled);
  if (phase_ == phase::draining && queue_.idle()) {
    if (std::holds_alternative<load_letter>(l)) return load();
    if (std::holds_alternative<stop_letter>(l)) return leave(); // it need not read anything first
  }
  if (phase_ == phase::loading || phase_ == phase::draining) {
    // Beyond the limit a letter is dropped: commands are answered by their slot, frames come again,
    // and sessions are told to ask again.
    if (stash_.size() < core_.options.most_waiting)
      stash_.push_back(std::move(l));
    else if (max_waiting.cross(); auto* f = std::get_if<follow_letter>(&l))
      if (f->reply_to) core_.delayed.add(f->reply_to, follow_again, nudge_letter{*self_});
    return;
  }
  dispatch(l);
}

void durable_actor::dispatch(letter& l) {
  if (phase_ == phase::broken) {
    if (auto* d = std::get_if<due_letter>(&l))
      answer_reminder(store::reminder_key(d->due, *self_, d->id), false);
    if (auto* c = std::get_if<command_letter>(&l); c && c->reply) c->reply->answer(broken_);
    if (auto* s = std::get_if<sleep_letter>(&l)) on_sleep(*s);
    if (std::holds_alternative<stop_letter>(l)) leave();
    return;
  }
  if (queue_.idle()) generation_ = core_.parts.writer.generation();
  spoken_to_ |= is_from_others(l);
  std::visit(overloaded{
                 [&](command_letter& c) { on_command(c); },
                 [&](link_letter& f) { on_frame(f); },
                 [&](follow_letter& f) { feed().take(f); },
                 [&](unfollow_letter& f) { feed().take(f); },
                 [&](unstored_letter& u) { on_unstored(u); },
                 [&](nudge_letter& n) { followings_->nudged(n.feed); },
                 [&](relay_letter& r) { feed().take(r); },
                 [&](reached_letter& r) {
                   if (feed_) feed_->reached(r.node);
                   followings_->reached(r.node);
                   post_->out.reached(r.node);
                 },
                 [&](due_letter& d) { on_due(d); },
                 [&](gather_letter&) { feed().acknowledged(); },
                 [&](founded_letter&) { on_founded(); },
                 [&](tick_letter& t) { on_tick(t); },
                 [&](sleep_letter& s) { on_sleep(s); },
                 [&](stop_letter&) {
                   before_crash(); // what is under way must arrive before the name wakes again
                   leave();
                 },
                 [](auto&) {},
             },
             l);
  if (phase_ == phase::ready && snapshot_due()) take_snapshot();
}

void durable_actor::on_command(command_letter& l) {
  doing_ = l.command.tag().name;
  core_.metrics.commands.add();
  if (!l.how.key.empty() && answered_before(l)) return;
  const auto begun = std::chrono::steady_clock::now();
  auto decided = entity_->handle(l.command, make_context(nobody));
  core_.metrics.decided.observe(
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  if (!decided.refusal) decided.refusal = check(decided);
  if (!decided.refusal && !l.how.key.empty()) decided.refusal = check_answer(decided.reply);
  if (decided.refusal) {
    auto repetitions = std::move(answering_[l.how.key].also);
    answering_.erase(l.how.key);
    // A refusal, too, rests on what was decided before.
    queue_.after_all([reply = l.reply, why = *decided.refusal,
                      also = std::move(repetitions)](const result<void>& outcome) {
      if (reply) reply->answer(outcome ? why : outcome.error());
      for (const auto& r : also) r->answer(outcome ? why : outcome.error());
    });
    return;
  }
  draft d(*self_, next_fact_);
  if (l.how.urgency == store::urgency::emergency) d.mark_urgent();
  for (const auto& e : decided.effects)
    if (const auto* p = std::get_if<publish>(&e)) plan_unstored(*p, p->id);
  if (!l.how.key.empty()) key_of_command_ = digest_of_key(*self_, l.how.key);
  settle(decided, d);
  key_of_command_.clear();
  if (!l.how.key.empty()) keep_answer(l.how, decided.reply, d);

  auto first = std::exchange(before_reply_, {});

  // The answer need not wait for this actor's turn, which comes behind the whole cascade.
  std::function<void()> at_once;
  if (l.reply && first.empty())
    at_once = [reply = l.reply, answer = decided.reply] { reply->answer(answer); };
  commit(
      d,
      [this, reply = l.reply, key = l.how.key, answer = std::move(decided.reply),
       first = std::move(first)](const result<void>& outcome) {
        std::vector<reply_ptr> all;
        if (reply) all.push_back(reply);
        if (const auto a = answering_.find(key); a != answering_.end()) {
          all.insert(all.end(), a->second.also.begin(), a->second.also.end());
          answering_.erase(a);
        }
        const auto answer_all = [all, answer](const result<void>& o) {
          for (const auto& r : all) {
            if (o)
              r->answer(answer);
            else
              r->answer(o.error());
          }
        };
        if (!outcome || first.empty()) return answer_all(outcome);
        struct waiting {
          std::size_t posts;
          result<void> so_far;
        };
        auto left = std::make_shared<waiting>(waiting{first.size(), {}});
        for (const auto& [to, number] : first)
          post_->out.when_arrived(to, number, [left, answer_all](const result<void>& taken) {
            if (!taken && left->so_far) left->so_far = taken;
            if (--left->posts == 0) answer_all(left->so_far);
          });
      },
      std::move(at_once));
}

void durable_actor::on_frame(const link_letter& l) {
  if (l.generation != core_.parts.writer.generation()) {
    LOA_PROBE("entity: a frame of a void generation");
    core_.metrics.void_letters.add();
    return;
  }
  std::visit(
      overloaded{
          [&](const link::feed_follow& m) { feed().take(l.from, m); },
          [&](const link::feed_ack& m) { feed().take(l.from, m); },
          [&](const link::post_ack& m) {
            post_->out.take(l.from, m, [this](const outbox::returned& r, draft& d) {
              return take_refusal(r, d);
            });
          },
          [&](const link::post_send& m) {
            post_->in.take(l.from, m,
                           [this](const loa::name& from, bytes_view record, const std::string& what,
                                  draft& d) { return take_post(from, record, what, d); });
          },
          [&](const auto&) {
            followings_->take(l.from, l.frame,
                              [this](const feed_entry_ptr& e, draft& d) { take_entry(e, d); });
          },
      },
      l.frame);
}

void durable_actor::take_entry(const feed_entry_ptr& entry, draft& d) {
  doing_ = "entry " + std::to_string(entry->entry.position) + " of " + entry->feed->str();
  if (core_.crashes.count(*self_, doing_) >= most_crashes) {
    core_.bury(*self_, doing_, "It crashed its receiver every time.");
    core_.crashes.forget(*self_, doing_);
    return;
  }
  core_.metrics.entries.add();
  auto decided = entity_->handle_entry(entry, make_context(nobody));
  if (!decided.refusal) decided.refusal = check(decided);
  if (decided.refusal) return core_.bury(*self_, doing_, decided.refusal->detail);
  if (entry->entry.on == link::lane::emergency) plan_unstored(decided, *entry);
  settle(decided, d);
}

result<void> durable_actor::take_post(const loa::name& from, bytes_view record,
                                      const std::string& what, draft& d) {
  doing_ = what;
  auto message = core_.types.decode(record, wire::journal_limits);
  if (!message) return message.error();
  auto decided = entity_->handle(*message, make_context(from));
  if (!decided.refusal) decided.refusal = check(decided);
  if (decided.refusal) return *decided.refusal;
  settle(decided, d);
  return {};
}

result<void> durable_actor::take_refusal(const outbox::returned& r, draft& d) {
  doing_ = r.what;
  if (!kind_.handles_refusals) return r.why;
  // One that cannot be read here, as its type is of a kind that lives elsewhere, is handled by its
  // receiver's name.
  auto message = core_.types.decode(r.record);
  const post back{r.to, message ? *std::move(message) : wire::value{}, false};
  auto decided = entity_->handle_refused(back, r.why, make_context(nobody));
  if (!decided.refusal) decided.refusal = check(decided);
  if (decided.refusal) return *decided.refusal;
  settle(decided, d);
  return {};
}

void durable_actor::on_due(const due_letter& l) {
  auto key = store::reminder_key(l.due, *self_, l.id);
  const auto found = reminders_.find(l.id);
  if (found == reminders_.end() || found->second != l.due) { // moved or forgotten meanwhile
    LOA_PROBE("entity: a reminder rings that was moved or forgotten");
    return answer_reminder(key, false);
  }
  doing_ = "reminder " + l.id;
  core_.metrics.overdue_reminders.add();
  draft d(*self_, next_fact_);
  const reminder_over over{l.id};
  d.fact(over);
  d.erase(store::table::reminders, key);
  reminders_.erase(found);
  told_.push_back(key);
  only_reminded_ = !spoken_to_;
  std::vector<effect> effects;
  if (core_.crashes.count(*self_, doing_) >= most_crashes) {
    core_.bury(*self_, doing_, "It crashed its entity every time.");
  } else {
    auto decided = entity_->handle_reminder(l.id, make_context(nobody));
    if (!decided.refusal) decided.refusal = check(decided);
    if (decided.refusal)
      core_.bury(*self_, doing_, decided.refusal->detail);
    else
      settle(decided, d);
    effects = std::move(decided.effects);
  }
  commit_reminder(d, key, effects);
}

void durable_actor::commit_reminder(draft& d, const bytes& key,
                                    const std::vector<effect>& effects) {
  std::vector<std::pair<loa::name, std::uint64_t>> posted;
  for (const auto& e : effects)
    if (const auto* p = std::get_if<post>(&e); p && core_.is_here(p->to))
      posted.emplace_back(p->to, post_->out.last_to(p->to));
  commit(d, [this, key, posted = std::move(posted)](const result<void>& outcome) {
    if (!outcome || posted.empty()) return answer_reminder(key, outcome.has_value());
    auto left = std::make_shared<std::size_t>(posted.size());
    for (const auto& [to, number] : posted)
      post_->out.when_arrived(to, number, [this, left, key](const result<void>&) {
        if (--*left == 0) answer_reminder(key, true);
      });
  });
}

void durable_actor::answer_reminder(const bytes& key, bool over) {
  std::erase(told_, key);
  caf::anon_send(core_.reminders, reminder_answer{key, over});
}

void durable_actor::give_up_reminders() {
  for (auto& key : std::exchange(told_, {}))
    caf::anon_send(core_.reminders, reminder_answer{std::move(key), false});
}

bool durable_actor::rests() const {
  return queue_.idle() && !feed_ && followings_->durable().empty() && !post_->out.waits();
}

void durable_actor::on_tick(const tick_letter& l) {
  if (l.number != timer_) return; // replaced by an earlier one
  timer_at_.reset();
  pressing_ = false;
  doing_ = "tick";
  followings_->tick();
  post_->out.tick();
  if (feed_) feed_->tick();
}

void durable_actor::wake_at(instant at, bool pressing) {
  pressing_ |= pressing;
  if (timer_at_ && *timer_at_ <= at) return;
  timer_at_ = at;
  const auto delay = std::max(duration(0), at - monotonic());
  send_after(delay, tick_letter{++timer_});
}

void durable_actor::on_sleep(const sleep_letter& l) {
  // What rests has a timer of which nothing is left to be done.
  if (!queue_.idle() || (pressing_ && !rests()) || (feed_ && feed_->in_use())) return;
  if (core_.names.retire(*self_, l.stamp)) leave();
}

void durable_actor::on_founded() {
  if (next_fact_ > 1)
    return; // loaded after it, or facts of its own under way, which will be refused
  LOA_PROBE("entity: founded while it is active without a fact");
  if (queue_.idle()) return load();
  phase_ = phase::draining;
}

// -- committing -----------------------------------------------------------------------------------

void durable_actor::commit(draft& d, std::function<void(const result<void>&)> then,
                           std::function<void()> at_once) {
  const auto submitted = std::exchange(submitted_, {});
  auto step = [this, after = std::exchange(after_, {}), unstored = std::exchange(unstored_, {}),
               id = std::exchange(unstored_id_, {}),
               then = std::move(then)](const result<void>& outcome) {
    if (outcome)
      for (const auto& f : after) f();
    else if (!unstored.empty() && core_.passed.add(*self_, id))
      for (const auto& f : unstored) f();
    if (!then) return;
    if (outcome || unstored.empty()) return then(outcome);
    auto why = outcome.error();
    why.detail +=
        " It was passed on all the same, without being stored: publish it again when there "
        "is room.";
    then(why);
  };
  if (phase_ == phase::draining) {
    LOA_PROBE("entity: decides while it waits to read its state anew");
    return step(error{errc::unavailable, "The entity reads its state anew; ask again.", {}});
  }
  if (d.empty()) return queue_.after_all(std::move(step));
  octets_since_ += d.octets();
  const auto ticket = queue_.open(std::move(step));
  auto refused = std::make_shared<std::optional<error>>();
  const auto here = std::this_thread::get_id();
  const auto founded = std::make_shared<std::vector<loa::name>>(std::exchange(founded_, {}));
  auto inside = std::make_shared<bool>(true);
  core_.parts.writer.submit({d.urgent() ? store::urgency::emergency : store::urgency::ordinary,
                             std::hash<loa::name>{}(*self_), generation_, d.take(),
                             [me = receiver_ptr(this), core = &core_, ticket, refused, inside, here,
                              founded, at_once = std::move(at_once)](const result<void>& outcome) {
                               // What the writer refuses at once was never queued: this very call
                               // learns it, so that nothing is decided on top.
                               if (std::this_thread::get_id() == here && *inside && !outcome) {
                                 *refused = outcome.error();
                                 return;
                               }
                               // Before anybody hears that they are there: who asks then is not
                               // answered by what they were before.
                               if (outcome)
                                 for (const auto& who : *founded)
                                   core->names.send_if_awake(who, mail_of(founded_letter{}));
                               if (outcome && at_once) at_once();
                               me->enqueue(mail_of(settled_letter{ticket, outcome}));
                             },
                             self_.get()});
  *inside = false;
  if (*refused) {
    LOA_PROBE("entity: the writer refuses a decision at once");
    phase_ = phase::draining;
    const auto lost = queue_.retract();
    lost(**refused);
    load_again(); // not here: whoever called is in the midst of the state that is to go
    return;
  }
  for (const auto& f : submitted) f();
}

void durable_actor::on_settled(const settled_letter& l) {
  if (phase_ == phase::loading && l.ticket == 0) return load(); // the barrier
  if (!l.outcome && phase_ == phase::ready) {
    LOA_PROBE("entity: what it decided was not stored");
    phase_ = phase::draining;
  }
  // Everything is committed: what the steps say rests on nothing that could be lost.
  if (l.outcome && queue_.newest(l.ticket)) generation_ = core_.parts.writer.generation();
  queue_.settle(l.ticket, l.outcome);
  if (phase_ == phase::draining && queue_.idle()) {
    LOA_PROBE("entity: reads its state anew after a refused commit");
    load_again();
  }
  if (only_reminded_ && !spoken_to_ && told_.empty() && rests()) {
    only_reminded_ = false;
    core_.names.offer_sleep(*self_);
  }
}

void durable_actor::settle(erased_decision& decided, draft& d) {
  for (auto& f : decided.facts) d.fact_record(std::move(f));
  entity_->accept();
  before_reply_.clear();
  auto record = decided.posts.begin();
  for (auto& e : decided.effects) {
    if (const auto* p = std::get_if<post>(&e))
      send_post(*p, std::move(*record++), d);
    else
      carry_out(e, d);
  }
}

} // namespace loa::node
