// How a durable entity comes to life out of the journal, and how its snapshots get there.

#include <loa/base/probe.hpp>
#include <loa/node/internal/durable_actor.hpp>
#include <loa/node/internal/no_feed.hpp>

#include <limits>

namespace loa::node {

namespace {
/// What encode_snapshot puts before the record.
constexpr std::size_t snapshot_head_bytes = 8;
} // namespace

error damaged(error why) {
  switch (why.code) {
  case errc::version:
  case errc::storage:
  case errc::storage_full:
  case errc::internal:
    return why;
  default: // whatever is wrong with a record, it was right when it was written
    why.code = errc::corrupt;
    return why;
  }
}

void durable_actor::begin_load() {
  phase_ = phase::loading;
  if (!core_.unsettled.take(*self_)) return load();
  LOA_PROBE("entity: wakes while facts of its crashed predecessor are under way");
  // A predecessor crashed with facts under way. What the writer got first it settles first, so an
  // empty change of ours comes back after them.
  generation_ = core_.parts.writer.generation();
  core_.parts.writer.submit(
      {store::urgency::ordinary,
       std::hash<loa::name>{}(*self_),
       generation_,
       {store::operation::erase(store::table::answers, store::answer_key(*self_, ""))},
       [me = receiver_ptr(this)](const result<void>& outcome) {
         me->enqueue(mail_of(settled_letter{0, outcome}));
       }});
}

void durable_actor::load() {
  phase_ = phase::loading;
  loaded_at_ = monotonic();
  doing_ = "loading";
  give_up_reminders();
  entity_ = kind_.make();
  followings_.emplace(*this);
  post_.emplace(*this);
  reminders_.clear();
  feed_.reset();
  answering_.clear();
  founding_.clear();
  next_fact_ = 1;
  snapshot_at_ = 0;
  snapshot_octets_ = 0;
  octets_since_ = 0;
  generation_ = core_.parts.writer.generation();
  if (auto read = read_journal(); !read) {
    broken_ = damaged(read.error());
    phase_ = phase::broken;
    core_.metrics.unreadable.add();
    core_.parts.log.write(log_level::error, "entity", "An entity cannot be read from the journal.",
                          {{"name", self_->str()}, {"reason", broken_.detail}});
  } else {
    phase_ = phase::ready;
    open_desks();
  }
  core_.names.loaded(*self_);
  auto waiting = std::exchange(stash_, {});
  while (!waiting.empty()) {
    auto l = std::move(waiting.front());
    waiting.pop_front();
    on_letter(l);
  }
}

result<void> durable_actor::read_journal() {
  // Whatever was written is read again, however much it is.
  constexpr auto all = std::numeric_limits<std::size_t>::max();
  auto stored = store::load_entity(core_.parts.journal, *self_, {all, all});
  if (!stored) return stored.error();
  next_fact_ = stored->last_seq + 1;
  if (stored->state) {
    snapshot_at_ = stored->state->seq;
    snapshot_octets_ = stored->state->record.size();
    auto decoded = wire::decode_record<std::variant<entity_snapshot>>(stored->state->record,
                                                                      wire::journal_limits);
    if (!decoded) return decoded.error();
    auto& s = std::get<entity_snapshot>(*decoded);
    if (auto did = entity_->restore(s.entity.data); !did) return did.error();
    followings_->restore(std::move(s.followed));
    post_->restore(std::move(s.post));
    reminders_ = std::move(s.reminders);
    if (s.feed) {
      feed_ = std::make_unique<own_feed>(*this);
      if (auto did = feed_->restore(*s.feed); !did) return did.error();
    }
  }
  for (const auto& fact : stored->facts) {
    octets_since_ += fact.size();
    if (auto did = replay(fact); !did) return did.error();
  }
  if (feed_) return feed_->open();
  return {};
}

result<void> durable_actor::replay(bytes_view fact) {
  if (!is_runtime_fact(type_of_record(fact))) return entity_->replay(fact);
  auto decoded = wire::decode_record<runtime_fact>(fact, wire::journal_limits);
  if (!decoded) return decoded.error();
  return std::visit(
      [this]<class F>(const F& f) -> result<void> {
        if constexpr (std::is_same_v<F, following_begun> || std::is_same_v<F, following_ended> ||
                      std::is_same_v<F, feed_read> || std::is_same_v<F, feed_receipted>) {
          followings_->apply(f);
        } else if constexpr (std::is_same_v<F, post_written> || std::is_same_v<F, post_arrived> ||
                             std::is_same_v<F, post_taken>) {
          post_->apply(f);
        } else if constexpr (std::is_same_v<F, reminder_set>) {
          reminders_[f.id] = f.due;
        } else if constexpr (std::is_same_v<F, reminder_over>) {
          reminders_.erase(f.id);
        } else {
          if (!feed_) feed_ = std::make_unique<own_feed>(*this);
          if constexpr (std::is_same_v<F, entry_published> || std::is_same_v<F, entry_closed> ||
                        std::is_same_v<F, link::slots_seen>)
            feed_->apply(f);
          else
            return feed_->apply(f);
        }
        return {};
      },
      *decoded);
}

void durable_actor::open_desks() {
  followings_->start();
  post_->out.open();
  auto effects = entity_->wake(make_context({}));
  if (effects.empty()) return;
  doing_ = "on_wake";
  draft d(*self_, next_fact_);
  erased_decision one;
  for (auto& e : effects) {
    std::optional<error> why;
    if (std::holds_alternative<post>(e) || std::holds_alternative<publish>(e) ||
        std::holds_alternative<found>(e)) {
      why =
          error{errc::internal, "on_wake may not post, publish or found: it would each time.", {}};
    } else {
      one.effects.assign(1, e);
      why = check(one);
    }
    if (why)
      core_.bury(*self_, doing_, why->detail);
    else
      carry_out(e, d);
  }
  commit(d, {});
}

void durable_actor::load_again() {
  // Short, since an emergency that cannot be stored is to be passed on all the same.
  constexpr duration pause = std::chrono::milliseconds(500);
  const auto since = loaded_at_ ? monotonic() - *loaded_at_ : pause;
  if (since < pause)
    send_after(pause - since, load_letter{});
  else
    enqueue(mail_of(load_letter{}));
}

own_feed& durable_actor::feed() {
  if (!feed_) {
    feed_ = std::make_unique<own_feed>(*this);
    if (auto opened = feed_->open(); !opened) throw std::runtime_error(opened.error().detail);
  }
  return *feed_;
}

node::context durable_actor::make_context(const loa::name& from) {
  return {*self_,
          from,
          core_.parts.time.now(),
          core_.parts.random,
          feed_ ? feed_->next_position() : 1,
          feed_ ? static_cast<const feed_view&>(*feed_) : no_feed()};
}

bool durable_actor::snapshot_due() const {
  // A large state is written again only when as much has happened since, so that snapshots never
  // cost more than the facts that they replace.
  if (next_fact_ - 1 - snapshot_at_ < core_.options.snapshot_every) return false;
  max_loose_facts.cross();
  return octets_since_ >= snapshot_octets_;
}

// The state may rest on facts still under way: the snapshot is written behind them, and is refused
// if one of them is lost.
void durable_actor::take_snapshot() {
  auto state = entity_->snapshot();
  if (!state)
    core_.parts.log.write(log_level::error, "entity", "The state of an entity cannot be stored.",
                          {{"name", self_->str()}, {"reason", state.error().to_string()}});
  if (!state || !*state) {
    snapshot_at_ = next_fact_ - 1; // without a snapshot it is replayed from its first fact
    return;
  }
  const auto upto = next_fact_ - 1;
  entity_snapshot s{{**std::move(state)}, followings_->durable(), post_->durable(), reminders_, {}};
  if (feed_) s.feed = feed_->durable();
  draft d(*self_, next_fact_);
  auto record = wire::encode_record(s);
  snapshot_octets_ = record.size();
  octets_since_ = 0;
  if (record.size() + snapshot_head_bytes > store::max_value) {
    core_.parts.log.write(log_level::error, "entity",
                          "The state of an entity is too large to be stored; it starts slowly.",
                          {{"name", self_->str()}, {"bytes", std::to_string(record.size())}});
    snapshot_at_ = upto;
    return;
  }
  d.put(store::table::snapshots, store::snapshot_key(*self_),
        store::encode_snapshot({upto, std::move(record)}));
  // What an earlier snapshot covered is gone already, unless pruning it failed.
  const auto covered = store::facts_between(*self_, 1, upto);
  d.erase_range(store::table::facts, covered.from, covered.to);
  snapshot_at_ = upto;
  commit(d, {});
}

} // namespace loa::node
