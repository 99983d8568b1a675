#include <loa/supervision/internal/supervisor.hpp>

#include <caf/event_based_actor.hpp>
#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>
#include <caf/send.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <exception>
#include <unordered_map>

namespace loa::supervision {

namespace {

using kill_atom = caf::atom_constant<caf::atom("kill")>;
using retry_atom = caf::atom_constant<caf::atom("retry")>;

constexpr std::size_t max_waiting_requests = 65'536;

exit_kind kind_of(const caf::error& reason) {
  if (!reason) return exit_kind::normal;
  return reason == caf::exit_reason::user_shutdown ? exit_kind::shutdown : exit_kind::error;
}

std::vector<child_spec> specs_of(const std::vector<child>& children) {
  std::vector<child_spec> out;
  out.reserve(children.size());
  for (const auto& c : children) out.push_back(c.spec);
  return out;
}

/// Drives a `decider`: one event at a time, and while its steps are carried out all others wait.
class supervisor_actor : public caf::event_based_actor {
public:
  supervisor_actor(caf::actor_config& config, supervisor_spec spec,
                   const std::vector<child>& children, reports to)
      : event_based_actor(config),
        core_(std::move(spec), specs_of(children)),
        to_(to) {
    auto given = children.begin();
    for (const auto& [key, entry] : core_.children())
      slots_.emplace(key, slot{entry.spec, (given++)->start});
  }

  const char* name() const override { return "supervisor"; }

protected:
  caf::behavior make_behavior() override;
  void on_exit() override;

private:
  /// What the core does not know of a child.
  struct slot {
    std::shared_ptr<const child_spec> spec;
    child_factory start;
    caf::actor handle;
    caf::actor_id id = 0; ///< Of the incarnation that the core believes to run or to start.
  };
  /// An event that waits for its turn; `asker` is who made the request, if it is one.
  struct event {
    std::function<result<caf::actor>()> decide;
    caf::response_promise asker;
  };

  // Events, in the order of their arrival.

  void wait(std::function<void()> decide);
  caf::response_promise wait_for_answer(std::function<result<caf::actor>()> decide);
  void pump();
  void plan_is_done();
  [[nodiscard]] bool busy() const { return starting_ != 0 || !stopping_.empty(); }
  void plan(const steps& next) { plan_.assign(next.begin(), next.end()); }
  void on_down(const caf::down_msg& down);
  void plan_restart(child_key key, const steps& next, std::string_view why);

  // Requests.

  result<caf::actor> add(result<decider::addition> added, child_factory start);
  result<caf::actor> follow(const result<steps>& next);
  result<caf::actor> remove(child_key key);
  [[nodiscard]] child_key key_of(const caf::actor& child) const;
  [[nodiscard]] child_key key_of(const std::string& id) const { return core_.find(id).value_or(0); }
  [[nodiscard]] std::vector<child_info> which_children() const;

  // Steps.

  void carry_out(const step& next);
  void stop(const std::vector<child_key>& keys);
  void kill_the_late();
  void start(child_key key);
  void started(child_key key);
  void start_failed(child_key key, error why);
  void forget_if_removed(child_key key);

  [[nodiscard]] duration now() const {
    return std::chrono::duration_cast<duration>(clock().now().time_since_epoch());
  }
  void log(log_level level, std::string_view what, std::string_view child,
           std::string_view why = {}) const {
    to_.log->write(level, "supervision", what,
                   {{"supervisor", core_.spec().name}, {"child", child}, {"reason", why}});
  }

  decider core_;
  reports to_;
  std::map<child_key, slot> slots_;
  /// The incarnations whose end was not yet seen.
  std::unordered_map<caf::actor_id, child_key> alive_;

  std::deque<event> waiting_;
  std::size_t waiting_requests_ = 0;
  std::deque<step> plan_;
  /// The supervisor whose own children are being started.
  child_key starting_ = 0;
  std::unordered_map<caf::actor_id, caf::actor> stopping_;
  std::uint64_t stop_number_ = 0;

  bool up_ = false;
  std::vector<caf::response_promise> asked_for_up_;
  caf::response_promise asker_;
  result<caf::actor> answer_ = caf::actor();
  caf::error exit_reason_ = caf::exit_reason::user_shutdown;
};

caf::behavior supervisor_actor::make_behavior() {
  set_down_handler([this](caf::down_msg& down) { on_down(down); });
  set_exit_handler([this](caf::exit_msg& ordered) {
    wait([this, reason = ordered.reason] {
      exit_reason_ = reason;
      plan(core_.stop());
    });
  });
  plan(core_.begin());
  pump();
  return {
      [this](up_atom) {
        auto promise = make_response_promise();
        if (up_)
          promise.deliver(up_atom::value);
        else
          asked_for_up_.push_back(promise);
        return promise;
      },
      [this](start_child_atom, const child& c) {
        return wait_for_answer([this, c] { return add(core_.add(c.spec), c.start); });
      },
      [this](start_child_atom, const child_factory& start) {
        return wait_for_answer([this, start] { return add(core_.add_dynamic(), start); });
      },
      [this](terminate_child_atom, const std::string& id) {
        return wait_for_answer([this, id] { return follow(core_.terminate(key_of(id))); });
      },
      [this](terminate_child_atom, const caf::actor& child) {
        return wait_for_answer([this, child] { return follow(core_.terminate(key_of(child))); });
      },
      [this](restart_child_atom, const std::string& id) {
        return wait_for_answer([this, id] { return follow(core_.restart(key_of(id))); });
      },
      [this](delete_child_atom, const std::string& id) {
        return wait_for_answer([this, id] { return remove(key_of(id)); });
      },
      [this](which_children_atom) { return which_children(); },
      [this](retry_atom, child_key key) {
        wait([this, key] { plan_restart(key, core_.retry(key, now()), "its restart failed"); });
      },
      [this](kill_atom, std::uint64_t stop_number) {
        if (stop_number == stop_number_) kill_the_late();
      },
  };
}

void supervisor_actor::on_exit() {
  // Only a supervisor that was killed, or is a defect's victim, still has children here.
  std::for_each(slots_.rbegin(), slots_.rend(), [](const auto& entry) {
    const slot& child = entry.second;
    if (child.id != 0) caf::anon_send_exit(child.handle, caf::exit_reason::user_shutdown);
  });
  for (auto& promise : asked_for_up_) promise.deliver(make_error(caf::sec::request_receiver_down));
  error ended{errc::unavailable, fmt::format("supervisor {} has ended", core_.spec().name)};
  if (asker_.pending()) asker_.deliver(child_reply{ended});
  for (auto& e : waiting_)
    if (e.asker.pending()) e.asker.deliver(child_reply{ended});
  // Promises and handles refer to actors that may refer to this one.
  slots_.clear();
  stopping_.clear();
  waiting_.clear();
  asked_for_up_.clear();
  asker_ = {};
  answer_ = caf::actor();
}

void supervisor_actor::wait(std::function<void()> decide) {
  waiting_.push_back({[decide = std::move(decide)] {
                        decide();
                        return caf::actor();
                      },
                      {}});
  pump();
}

caf::response_promise
supervisor_actor::wait_for_answer(std::function<result<caf::actor>()> decide) {
  auto promise = make_response_promise();
  if (waiting_requests_ >= max_waiting_requests) {
    promise.deliver(
        child_reply{error{errc::too_many, fmt::format("supervisor {}: {} requests wait already",
                                                      core_.spec().name, max_waiting_requests)}});
    return promise;
  }
  ++waiting_requests_;
  waiting_.push_back({[this, decide = std::move(decide)] {
                        --waiting_requests_;
                        return decide();
                      },
                      promise});
  pump();
  return promise;
}

void supervisor_actor::pump() {
  while (!busy()) {
    if (!plan_.empty()) {
      auto next = std::move(plan_.front());
      plan_.pop_front();
      carry_out(next);
      if (next.what == step::kind::finish) return;
      continue;
    }
    plan_is_done();
    if (waiting_.empty()) return;
    auto next = std::move(waiting_.front());
    waiting_.pop_front();
    asker_ = next.asker;
    answer_ = next.decide();
  }
}

void supervisor_actor::plan_is_done() {
  if (asker_.pending()) asker_.deliver(child_reply{std::move(answer_)});
  asker_ = {};
  answer_ = caf::actor();
  if (up_) return;
  up_ = true;
  for (auto& promise : asked_for_up_) promise.deliver(up_atom::value);
  asked_for_up_.clear();
}

void supervisor_actor::on_down(const caf::down_msg& down) {
  auto id = down.source.id();
  auto found = alive_.find(id);
  if (found == alive_.end()) return;
  auto key = found->second;
  alive_.erase(found);
  if (stopping_.erase(id) != 0) {
    pump();
  } else if (starting_ == key) {
    start_failed(key, {errc::unavailable, "it ended before its own children were started"});
    pump();
  } else {
    wait([this, key, id, reason = down.reason] {
      auto child = slots_.find(key);
      // By now it may have been stopped with its siblings and started anew.
      if (child == slots_.end() || child->second.id != id) return;
      child->second.id = 0;
      child->second.handle = {};
      plan_restart(key, core_.exited(key, kind_of(reason), now()), caf::to_string(reason));
      forget_if_removed(key);
    });
  }
}

void supervisor_actor::plan_restart(child_key key, const steps& next, std::string_view why) {
  plan(next);
  auto child = slots_.find(key);
  if (next.empty() || child == slots_.end()) return;
  const auto& id = child->second.spec->id;
  if (next.back().what == step::kind::finish) {
    log(log_level::error, "restarting does not help; the supervisor stops", id, why);
    if (to_.exhausted) to_.exhausted->add();
  } else {
    log(log_level::warning, "a child failed and is restarted", id, why);
    if (to_.restarts) to_.restarts->add();
  }
}

result<caf::actor> supervisor_actor::add(result<decider::addition> added, child_factory start) {
  if (!added) return added.error();
  slots_.emplace(added->key, slot{core_.children().at(added->key).spec, std::move(start)});
  plan(added->steps);
  return caf::actor(); // Replaced when the start is through.
}

result<caf::actor> supervisor_actor::follow(const result<steps>& next) {
  if (!next) return next.error();
  plan(*next);
  return caf::actor();
}

result<caf::actor> supervisor_actor::remove(child_key key) {
  if (auto removed = core_.remove(key); !removed) return removed.error();
  forget_if_removed(key);
  return caf::actor();
}

child_key supervisor_actor::key_of(const caf::actor& child) const {
  auto found = child ? alive_.find(child.id()) : alive_.end();
  return found == alive_.end() ? 0 : found->second;
}

std::vector<child_info> supervisor_actor::which_children() const {
  std::vector<child_info> out;
  for (const auto& [key, entry] : core_.children())
    out.push_back({entry.spec->id, entry.state, entry.spec->type, slots_.at(key).handle});
  return out;
}

void supervisor_actor::carry_out(const step& next) {
  switch (next.what) {
  case step::kind::stop:
    stop(next.children);
    break;
  case step::kind::start:
    start(next.children.front());
    break;
  case step::kind::retry:
    send(this, retry_atom::value, next.children.front());
    break;
  case step::kind::finish:
    quit(exit_reason_);
    break;
  }
}

void supervisor_actor::stop(const std::vector<child_key>& keys) {
  ++stop_number_;
  duration longest(0);
  for (auto key : keys) {
    auto& child = slots_.at(key);
    auto id = std::exchange(child.id, 0);
    auto handle = std::exchange(child.handle, {});
    auto how = child.spec->shutdown;
    if (alive_.contains(id)) {
      caf::anon_send_exit(handle,
                          how.kills() ? caf::exit_reason::kill : caf::exit_reason::user_shutdown);
      stopping_.emplace(id, std::move(handle));
      if (how.has_limit()) longest = std::max(longest, how.limit());
    }
    forget_if_removed(key);
  }
  if (longest > duration(0)) delayed_send(this, longest, kill_atom::value, stop_number_);
}

void supervisor_actor::kill_the_late() {
  for (const auto& [id, handle] : stopping_) {
    log(log_level::warning, "a child did not stop in time and is killed",
        core_.children().contains(alive_.at(id)) ? slots_.at(alive_.at(id)).spec->id : "");
    caf::anon_send_exit(handle, caf::exit_reason::kill);
  }
}

void supervisor_actor::start(child_key key) {
  auto& child = slots_.at(key);
  result<caf::actor> made = caf::actor();
  try {
    made = child.start ? child.start(this)
                       : error{errc::internal, "the child has no factory to start it"};
  } catch (const std::exception& e) {
    made = error{errc::internal, fmt::format("its factory threw: {}", e.what())};
  }
  if (!made) return start_failed(key, made.error());
  if (!*made) {
    core_.ignored(key);
    return forget_if_removed(key);
  }
  child.handle = *made;
  child.id = child.handle.id();
  alive_[child.id] = key;
  monitor(child.handle);
  if (child.spec->type == child_type::worker) return started(key);

  starting_ = key;
  // If it ends first, its down message tells, and no answer is missed.
  request(child.handle, caf::infinite, up_atom::value)
      .then(
          [this, key, id = child.id](up_atom) {
            if (starting_ != key || slots_.at(key).id != id) return;
            starting_ = 0;
            started(key);
            pump();
          },
          [](caf::error&) {});
}

void supervisor_actor::started(child_key key) {
  core_.started(key);
  answer_ = slots_.at(key).handle;
}

void supervisor_actor::start_failed(child_key key, error why) {
  starting_ = 0;
  auto& child = slots_.at(key);
  child.id = 0;
  child.handle = {};
  log(log_level::error, "a child could not be started", child.spec->id, why.to_string());
  plan(core_.start_failed(key));
  forget_if_removed(key);
  answer_ = std::move(why);
}

void supervisor_actor::forget_if_removed(child_key key) {
  if (!core_.children().contains(key)) slots_.erase(key);
}

} // namespace

result<caf::actor> make_supervisor(caf::actor_system& system, supervisor_spec spec,
                                   std::vector<child> children, reports to) {
  if (auto ok = check(spec, specs_of(children)); !ok) return ok.error();
  if (spec.strategy != strategy::simple_one_for_one)
    for (const auto& c : children)
      if (!c.start)
        return error{errc::rule, fmt::format("supervisor {}: child {} has no factory to start it",
                                             spec.name, c.spec.id)};
  return caf::actor(system.spawn<supervisor_actor>(std::move(spec), std::move(children), to));
}

child_factory supervisor_factory(supervisor_spec spec, std::vector<child> children, reports to) {
  return [spec = std::move(spec), children = std::move(children), to](caf::local_actor* parent) {
    return make_supervisor(parent->system(), spec, children, to);
  };
}

} // namespace loa::supervision
