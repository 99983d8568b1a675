#include <loa/node/internal/due_window.hpp>
#include <loa/node/internal/durable_facts.hpp>
#include <loa/node/internal/reminders.hpp>
#include <loa/store/entity_log.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>

namespace loa::node {

namespace {

using look_atom = caf::atom_constant<caf::atom("look")>;

class reminders_actor final : public caf::event_based_actor {
public:
  reminders_actor(caf::actor_config& config, node_core& core)
      : caf::event_based_actor(config),
        core_(core) {}

  caf::behavior make_behavior() override {
    core_.reminders = caf::actor_cast<caf::actor>(this);
    look();
    return {[this](look_atom, std::uint64_t number) {
              if (number == number_) look();
            },
            [this](const reminder_note& n) {
              if (n.due < next_look_ && !window_.backlog()) look_at(n.due);
            },
            [this](const reminder_answer& a) {
              if (window_.answered(a.key, a.done, monotonic())) look_after(until_next_turn());
            }};
  }

private:
  [[nodiscard]] instant monotonic() const { return core_.parts.monotonic.now(); }

  void look() {
    const auto now = core_.parts.time.now();
    window_.look(monotonic());
    auto told = tell_due(now);
    if (!told) {
      core_.parts.log.write(log_level::error, "reminders", "The reminders cannot be read.",
                            {{"reason", told.error().detail}});
      return look_after(longest_look_pause);
    }
    if (!window_.backlog()) return look_at(next_due(now));
    look_after(*told > 0 ? longest_look_pause : until_next_turn());
  }

  /// How many were told.
  result<std::size_t> tell_due(instant now) {
    const auto range = store::reminders_before(now + duration(1));
    auto from = range.from;
    const auto room = window_.room(monotonic());
    std::size_t told = 0;
    duration late{0};
    for (bool more = true; more;) {
      const auto most = window_.remembered() + room - told + 1;
      auto due = core_.parts.journal.scan(store::table::reminders, from, range.to, most);
      if (!due) return due.error();
      for (const auto& item : *due) {
        if (window_.knows(item.key)) continue;
        auto decoded = wire::decode_record<std::variant<stored_reminder>>(item.value);
        if (!decoded) continue;
        const auto& r = std::get<stored_reminder>(*decoded);
        if (!core_.is_here(r.who)) continue; // it has gone, or is about to come
        late = std::max(late, duration(now - r.due));
        if (told == room || !core_.send(r.who, due_letter{r.id, r.due})) {
          note(true, late);
          return told;
        }
        window_.told(item.key, monotonic());
        ++told;
      }
      more = due->size() == most;
      if (more) from = store::after(due->back().key);
    }
    note(false, late);
    return told;
  }

  void note(bool more, duration late) {
    window_.looked(more);
    core_.metrics.reminders_late.set(std::chrono::floor<std::chrono::seconds>(late).count());
  }

  [[nodiscard]] instant next_due(instant now) const {
    const auto soon = store::reminders_before(now + longest_look_pause);
    const auto past = store::reminders_before(now + duration(1));
    auto next = core_.parts.journal.scan(store::table::reminders, past.to, soon.to, 1);
    if (next && !next->empty())
      if (auto key = store::parse_reminder_key(next->front().key)) return key->due;
    return now + longest_look_pause;
  }

  /// Where nothing is under way and nothing could be told, there is no room for a while.
  [[nodiscard]] duration until_next_turn() const {
    const auto at = window_.next_turn();
    const auto now = monotonic();
    if (!at || (*at <= now && window_.room(now) == 0)) return longest_look_pause;
    return *at - now;
  }

  void look_at(instant at) { look_after(at - core_.parts.time.now()); }

  void look_after(duration pause) {
    pause = std::clamp(pause, duration(0), longest_look_pause);
    next_look_ = core_.parts.time.now() + pause;
    delayed_anon_send(caf::actor_cast<caf::actor>(this), pause, look_atom::value, ++number_);
  }

  node_core& core_;
  due_window window_;
  instant next_look_{};
  std::uint64_t number_ = 0;
};

using sweep_atom = caf::atom_constant<caf::atom("sweep")>;
using answers_atom = caf::atom_constant<caf::atom("answers")>;
using time_atom = caf::atom_constant<caf::atom("time")>;

class caretaker_actor final : public caf::event_based_actor {
public:
  caretaker_actor(caf::actor_config& config, node_core& core)
      : caf::event_based_actor(config),
        core_(core) {}

  caf::behavior make_behavior() override {
    again(sweep_atom::value, sweep_pause());
    again(answers_atom::value, answers_pause);
    again(time_atom::value, duration(0));
    return {[this](sweep_atom) {
              core_.names.sweep();
              again(sweep_atom::value, sweep_pause());
            },
            [this](answers_atom) { drop_answers(); },
            [this](time_atom) {
              core_.unstored.forget([this](const link::entry& e) { return core_.is_over(e); });
              note_time();
            }};
  }

private:
  static constexpr duration answers_pause = std::chrono::minutes(10);
  static constexpr duration time_pause = std::chrono::minutes(1);
  static constexpr std::size_t piece = 512;

  /// A round of sweeps takes half the time after which an entity is idle.
  [[nodiscard]] duration sweep_pause() const {
    return std::max(duration(core_.options.idle / 2 / registry::sweep_parts), duration(1));
  }

  template <class Atom>
  void again(Atom what, duration pause) {
    caf::delayed_anon_send(caf::actor_cast<caf::actor>(this), pause, what);
  }

  /// What the next start compares its clock with. A minute's worth is all that a crash loses.
  void note_time() {
    again(time_atom::value, time_pause);
    const auto now = core_.parts.time.now();
    if (now <= core_.last_known) return;
    core_.parts.writer.submit(
        {store::urgency::ordinary,
         0,
         core_.parts.writer.generation(),
         {store::operation::put(store::table::meta, bytes(last_time_key),
                                big_endian(static_cast<std::uint64_t>(to_millis(now))))},
         [](const result<void>&) {}});
  }

  /// One piece at a time, so that no commit and no read takes long.
  void drop_answers() {
    auto found = core_.parts.journal.scan(store::table::answers, from_, store::end_of_table, piece);
    if (!found || found->empty()) {
      from_.clear();
      return again(answers_atom::value, answers_pause);
    }
    const auto now = core_.parts.time.now();
    store::transaction old;
    for (const auto& item : *found) {
      auto decoded =
          wire::decode_record<std::variant<stored_answer>>(item.value, wire::journal_limits);
      if (decoded && std::get<stored_answer>(*decoded).kept_until <= now)
        old.push_back(store::operation::erase(store::table::answers, item.key));
    }
    if (!old.empty())
      core_.parts.writer.submit({store::urgency::ordinary, 0, core_.parts.writer.generation(),
                                 std::move(old), [](const result<void>&) {}});
    from_ = store::after(found->back().key);
    again(answers_atom::value, duration(50));
  }

  node_core& core_;
  bytes from_;
};

} // namespace

supervision::child_factory reminders_factory(node_core& core) {
  return [&core](caf::local_actor* parent) -> result<caf::actor> {
    return caf::actor_cast<caf::actor>(parent->spawn<reminders_actor>(core));
  };
}

supervision::child_factory caretaker_factory(node_core& core) {
  return [&core](caf::local_actor* parent) -> result<caf::actor> {
    return caf::actor_cast<caf::actor>(parent->spawn<caretaker_actor>(core));
  };
}

} // namespace loa::node
