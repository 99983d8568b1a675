#include <loa/base/runtime_thread.hpp>
#include <loa/node/internal/core.hpp>
#include <loa/node/internal/engine.hpp>
#include <loa/node/internal/homes.hpp>
#include <loa/node/internal/reminders.hpp>
#include <loa/node/internal/timers.hpp>
#include <loa/node/runtime.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/meta.hpp>

#include <caf/actor_system.hpp>
#include <caf/actor_system_config.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/send.hpp>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace loa::node {

class runtime::impl {
public:
  impl(const runtime_options& options, runtime_parts parts)
      : own_engine_(parts.engine ? nullptr : threaded_engine(options.threads)),
        engine_(parts.engine ? *parts.engine : *own_engine_),
        core_(options, run_by(parts, engine_)) {
    engine_.configure(config_);
  }

  ~impl() {
    if (!stopped_) stop(std::chrono::seconds(10));
  }

  result<void> start(std::vector<entity_kind> kinds,
                     std::vector<std::pair<std::string, driver*>>&& drivers,
                     std::optional<cluster_parts> cluster) {
    for (auto& k : kinds) {
      if (!is_kind_of_name(k.kind))
        return error{errc::rule,
                     "No entity can be addressed by the kind \"" + k.kind +
                         "\": a kind has 1 to 16 lower-case letters or '_'.",
                     {}};
      if (!k.make || !k.announce || !k.check_fact || !k.open_to_nodes)
        return error{errc::internal,
                     "The kind \"" + k.kind + "\" is not whole; node::kind_of makes one.",
                     {}};
      k.announce(core_.types);
      auto kind = k.kind;
      if (!core_.kinds.emplace(kind, served_kind{std::move(k), nullptr}).second)
        return error{errc::conflict, "The kind \"" + kind + "\" is there twice.", {}};
    }
    if (const auto& conflict = core_.types.conflict()) return *conflict;
    for (auto& [driver_name, d] : drivers) {
      if (const auto k = core_.kinds.find(driver_name); k != core_.kinds.end())
        k->second.clients = d;
      if (!d)
        return error{errc::internal, "The driver \"" + driver_name + "\" is a null pointer.", {}};
      if (!core_.drivers.emplace(driver_name, d).second)
        return error{errc::conflict, "The driver \"" + driver_name + "\" is there twice.", {}};
    }
    if (auto known = read_epoch(); !known) return known.error();
    if (auto known = read_last_time(); !known) return known.error();
    // CAF waits at its end for what threads that made it or spawned on it keep in thread-local
    // memory. After one that is gone by then, any thread may destroy it.
    result<void> up;
    std::thread([&] { up = bring_up(std::move(cluster)); }).join();
    return up;
  }

  result<void> bring_up(std::optional<cluster_parts> cluster) {
    system_ = std::make_unique<caf::actor_system>(config_);
    core_.system = system_.get();
    engine_.begin(*system_);
    if (cluster) {
      for (const auto& s : cluster->services) {
        if (!is_kind_of_name(s.kind) || core_.kinds.contains(s.kind))
          return error{errc::rule,
                       "A service cannot be called \"" + s.kind +
                           "\": it has a kind of its own, 1 to 16 lower-case letters or '_'.",
                       {}};
        s.announce(core_.types);
      }
      if (const auto& conflict = core_.types.conflict()) return *conflict;
      auto adopted = adoptions::read(core_.parts.journal);
      if (!adopted) return adopted.error();
      core_.office = std::make_unique<post_office>(core_, *std::move(cluster), *std::move(adopted));
    }
    if (auto started = start_services(); !started) return started;
    return core_.office ? core_.office->start() : result<void>{};
  }

  void keep(std::unique_ptr<store::journal> journal,
            std::unique_ptr<store::threaded_writer> writer) {
    own_journal_ = std::move(journal);
    own_writer_ = std::move(writer);
  }

  void ask(const name& to, wire::value command, reply_handler then, ask_options options) {
    const auto refuse = [&](error why) {
      core_.guarded("runtime", "ask", [&] { then(std::move(why)); });
    };
    if (closed_.load()) return refuse({errc::unavailable, "The node is stopping.", {}});
    if (core_.asks.fetch_add(1) >= core_.options.most_asks) {
      core_.asks.fetch_sub(1);
      max_asks.cross();
      core_.metrics.refused.add();
      return refuse(
          {errc::too_many, "The node has too many commands under way; try again later.", {}});
    }
    auto reply =
        std::make_shared<reply_slot>([this, then = std::move(then)](result<wire::value> r) {
          core_.asks.fetch_sub(1);
          core_.guarded("runtime", "ask", [&] { then(std::move(r)); });
        });
    command_letter l{std::move(command), std::move(options), reply};
    if (!core_.kinds.contains(to.kind()) && !(core_.office && core_.office->serves(to.kind())))
      return reply->answer(
          error{errc::not_found,
                "There is no kind of entity called \"" + std::string(to.kind()) + "\".",
                {}});
    if (!core_.send(to, std::move(l))) {
      core_.metrics.refused.add();
      reply->answer(error{
          errc::too_many, "Too many commands wait for \"" + to.str() + "\"; try again later.", {}});
    }
  }

  void tell(const name& to, wire::value command) {
    if (closed_.load()) return;
    if (!core_.kinds.contains(to.kind()))
      return core_.bury(to, command.tag().name, "There is no kind of entity that has this name.");
    core_.send(to, command_letter{std::move(command), {}, nullptr});
  }

  void kill(const name& who) { core_.names.send_if_awake(who, mail_of(crash_letter{})); }

  [[nodiscard]] bool works_meanwhile() const noexcept { return engine_.works_meanwhile(); }

  [[nodiscard]] figures read_figures() const {
    return {core_.names.awake(), core_.names.waking(), core_.restarts.load(),
            core_.dead_letters.load(), core_.asks.load()};
  }
  [[nodiscard]] bool awake(const name& who) const { return core_.names.find_awake(who) != nullptr; }

  [[nodiscard]] whereabouts find(const path& unit) const {
    return core_.office ? core_.office->where().find(unit) : whereabouts{};
  }
  [[nodiscard]] std::vector<peer_status> peers() const {
    return core_.office ? core_.office->peers() : std::vector<peer_status>{};
  }

  void move(const path& prefix, bytes placement, std::function<void(const result<void>&)> begun,
            std::function<void(const result<void>&)> ended) {
    if (closed_.load()) return begun(error{errc::unavailable, "The node is stopping.", {}});
    if (!core_.office)
      return begun(
          error{errc::rule, "This node stands alone; there is no other to move units to.", {}});
    core_.office->move(prefix, std::move(placement), std::move(begun), std::move(ended));
  }
  [[nodiscard]] std::optional<move_status> moving() const {
    return core_.office ? core_.office->moving() : std::nullopt;
  }

  bool stop(duration patience) {
    if (stopped_) return true;
    stopped_ = true;
    if (!system_) return true;
    const auto until = core_.parts.monotonic.now() + patience;
    closed_.store(true);
    engine_.work_until([this] { return core_.asks.load() == 0; }, patience);
    if (core_.office) core_.office->stop();
    core_.names.close();
    caf::anon_send_exit(root_, caf::exit_reason::user_shutdown);
    root_ = nullptr;
    // Entities leave one by one; their facts under way are the writer's by now.
    engine_.work_until([this] { return all_told_to_leave(); }, until - core_.parts.monotonic.now());
    const bool clean = core_.asks.load() == 0 && core_.names.awake() == 0;
    core_.homes = nullptr;
    core_.reminders = nullptr;
    core_.delayed.close();
    engine_.end();
    system_.reset();
    return clean;
  }

private:
  static runtime_parts run_by(runtime_parts parts, engine& e) {
    parts.engine = &e;
    return parts;
  }

  bool all_told_to_leave() {
    const auto left = core_.names.names([](const name&) { return true; });
    for (const auto& who : left) core_.names.send_if_awake(who, mail_of(stop_letter{}));
    return left.empty();
  }

  result<void> read_epoch() {
    auto known = store::read_identity(core_.parts.journal);
    if (!known) return known.error();
    if (known->restored)
      core_.epoch =
          static_cast<std::uint64_t>(std::max<std::int64_t>(2, to_millis(*known->restored)));
    return {};
  }

  result<void> read_last_time() {
    core_.started = core_.parts.time.now();
    auto stored = core_.parts.journal.get(store::table::meta, last_time_key);
    if (!stored) return stored.error();
    if (!*stored || (*stored)->size() != 8) return {};
    core_.last_known = from_millis(static_cast<std::int64_t>(from_big_endian(**stored)));
    if (core_.started < core_.last_known)
      core_.parts.log.write(
          log_level::error, "clock",
          "The clock lies before a time that this node has lived through already; "
          "set it. Until then no emergency expires.",
          {{"clock", format_rfc3339(core_.started)},
           {"journal", format_rfc3339(core_.last_known)}});
    return {};
  }

  result<void> start_services() {
    using namespace supervision;
    const reports to{&core_.parts.log, nullptr, nullptr};
    const auto worker = [](std::string id) {
      return child_spec{std::move(id), restart_type::permanent,
                        shutdown_mode::within(std::chrono::seconds(5)), child_type::worker};
    };
    auto root =
        make_supervisor(*system_, {"node", strategy::one_for_one, {10, std::chrono::seconds(60)}},
                        {{worker("timers"), timers_factory(core_)},
                         {worker("homes"), homes_factory(core_)},
                         {worker("reminders"), reminders_factory(core_)},
                         {worker("caretaker"), caretaker_factory(core_)}},
                        to);
    if (!root) return root.error();
    root_ = *std::move(root);
    if (!is_up(root_)) return error{errc::internal, "The node's supervisor did not start.", {}};
    return {};
  }

  bool is_up(const caf::actor& supervisor) {
    enum class answer { none, yes, no };
    constexpr auto patience = std::chrono::seconds(10);
    const auto got = std::make_shared<std::atomic<answer>>(answer::none);
    // What it needs comes as an argument: without any, CAF dereferences a null pointer.
    system_->spawn(
        [got, patience](caf::event_based_actor* self, const caf::actor& whom) {
          self->request(whom, patience, supervision::up_atom::value)
              .then([got](supervision::up_atom) { got->store(answer::yes); },
                    [got](const caf::error&) { got->store(answer::no); });
        },
        supervisor);
    engine_.work_until([&] { return got->load() != answer::none; }, patience);
    return got->load() == answer::yes;
  }

  std::unique_ptr<store::journal> own_journal_; // null where they are lent
  std::unique_ptr<store::threaded_writer> own_writer_;
  std::unique_ptr<engine> own_engine_;
  engine& engine_;
  caf::actor_system_config config_;
  node_core core_;
  std::unique_ptr<caf::actor_system> system_;
  caf::actor root_;
  std::atomic<bool> closed_{false};
  bool stopped_ = false;
};

runtime::runtime(std::unique_ptr<impl> i) : impl_(std::move(i)) {}
runtime::~runtime() = default;

result<std::unique_ptr<runtime>>
runtime::start(const runtime_options& options, runtime_parts parts, std::vector<entity_kind> kinds,
               std::vector<std::pair<std::string, driver*>> drivers,
               std::optional<cluster_parts> cluster) {
  auto i = std::make_unique<impl>(options, parts);
  if (auto started = i->start(std::move(kinds), std::move(drivers), std::move(cluster)); !started)
    return started.error();
  return std::unique_ptr<runtime>(new runtime(std::move(i)));
}

result<std::unique_ptr<runtime>> runtime::open(const std::string& directory,
                                               std::vector<entity_kind> kinds) {
  auto journal = store::open_lmdb({.directory = directory});
  if (!journal) return journal.error();
  auto writer = std::make_unique<store::threaded_writer>(**journal);
  auto started =
      start({}, {**journal, *writer, system_clock(), system_random(), standard_error_log()},
            std::move(kinds));
  if (started) (*started)->impl_->keep(*std::move(journal), std::move(writer));
  return started;
}

void runtime::ask(const name& to, wire::value command, reply_handler then, ask_options options) {
  impl_->ask(to, std::move(command), std::move(then), std::move(options));
}

void runtime::tell(const name& to, wire::value command) {
  impl_->tell(to, std::move(command));
}

result<wire::value> runtime::ask_and_wait(const name& to, wire::value command, ask_options options,
                                          duration timeout) {
  if (on_runtime_thread() || !impl_->works_meanwhile())
    return error{errc::internal,
                 "Nobody may wait for \"" + to.str() +
                     "\" here: this thread is one of those that bring its answer. Use `ask`.",
                 {}};
  struct box {
    std::mutex mutex;
    std::condition_variable filled;
    std::optional<result<wire::value>> content;
  };
  auto b = std::make_shared<box>();
  ask(
      to, std::move(command),
      [b](result<wire::value> r) {
        std::lock_guard lock(b->mutex);
        b->content.emplace(std::move(r));
        b->filled.notify_one();
      },
      std::move(options));
  std::unique_lock lock(b->mutex);
  if (!b->filled.wait_for(lock, timeout, [&] { return b->content.has_value(); }))
    return error{errc::timeout, "No answer from \"" + to.str() + "\" in time.", {}};
  return *std::move(b->content);
}

void runtime::kill(const name& who) {
  impl_->kill(who);
}
runtime::figures runtime::read_figures() const {
  return impl_->read_figures();
}
bool runtime::awake(const name& who) const {
  return impl_->awake(who);
}
whereabouts runtime::find(const path& unit) const {
  return impl_->find(unit);
}
std::vector<peer_status> runtime::peers() const {
  return impl_->peers();
}
void runtime::move(const path& prefix, bytes placement,
                   std::function<void(const result<void>&)> begun,
                   std::function<void(const result<void>&)> ended) {
  impl_->move(prefix, std::move(placement), std::move(begun), std::move(ended));
}
std::optional<move_status> runtime::moving() const {
  return impl_->moving();
}
bool runtime::stop(duration patience) {
  return impl_->stop(patience);
}

} // namespace loa::node
