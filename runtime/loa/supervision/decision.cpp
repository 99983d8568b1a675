#include <loa/supervision/decision.hpp>

#include <fmt/format.h>

namespace loa::supervision {

namespace {

bool to_be_restarted(restart_type type, exit_kind how) {
  switch (type) {
  case restart_type::permanent:
    return true;
  case restart_type::transient:
    return how == exit_kind::error;
  case restart_type::temporary:
    return false;
  }
  return false;
}

} // namespace

decider::decider(supervisor_spec spec, const std::vector<child_spec>& children)
    : spec_(std::move(spec)) {
  if (simple()) {
    dynamic_ = std::make_shared<const child_spec>(children.front());
    return;
  }
  for (const auto& child : children)
    children_.emplace(next_++, child_entry{std::make_shared<const child_spec>(child)});
}

steps decider::begin() {
  cause_ = cause::begin;
  steps out;
  for (const auto& [key, child] : children_) out.push_back({step::kind::start, {key}});
  return out;
}

steps decider::exited(child_key key, exit_kind how, duration now) {
  auto child = children_.find(key);
  if (child == children_.end() || child->second.state != child_state::running) return {};
  child->second.state = child_state::stopped;
  auto type = child->second.spec->restart;
  if (to_be_restarted(type, how)) return restart_after(child, now);
  if (simple() || type == restart_type::temporary) children_.erase(child);
  return {};
}

steps decider::retry(child_key key, duration now) {
  auto child = children_.find(key);
  if (child == children_.end() || child->second.state != child_state::restarting) return {};
  return restart_after(child, now);
}

steps decider::restart_after(position failed, duration now) {
  auto window = note_restart(std::move(restarts_), now, spec_.limit);
  restarts_ = std::move(window.restarts);
  if (!window.within_limit) return stop();

  cause_ = cause::restart;
  if (spec_.strategy == strategy::one_for_one || simple())
    return {{step::kind::start, {failed->first}}};

  auto first_key =
      spec_.strategy == strategy::one_for_all ? children_.begin()->first : failed->first;
  steps out;
  stop_from(children_.lower_bound(first_key), out);
  for (auto child = children_.lower_bound(first_key); child != children_.end(); ++child)
    out.push_back({step::kind::start, {child->first}});
  return out;
}

void decider::stop_from(position first, steps& out) {
  for (auto child = children_.end(); child != first;) {
    --child;
    auto& [spec, state] = child->second;
    if (state == child_state::running) out.push_back({step::kind::stop, {child->first}});
    state = child_state::stopped;
    if (spec->restart != restart_type::temporary) continue;
    // `first` may be the one that goes; the loop then ends at its successor.
    bool last = child == first;
    child = children_.erase(child);
    if (last) return;
  }
}

steps decider::stop() {
  steps out;
  if (simple()) {
    step all{step::kind::stop, {}};
    for (auto& [key, child] : children_)
      if (child.state == child_state::running) all.children.push_back(key);
    children_.clear();
    if (!all.children.empty()) out.push_back(std::move(all));
  } else {
    stop_from(children_.begin(), out);
  }
  out.push_back({step::kind::finish, {}});
  return out;
}

void decider::started(child_key key) {
  if (auto child = children_.find(key); child != children_.end())
    child->second.state = child_state::running;
}

void decider::ignored(child_key key) {
  auto child = children_.find(key);
  if (child == children_.end()) return;
  child->second.state = child_state::stopped;
  if (simple() || child->second.spec->restart == restart_type::temporary) children_.erase(child);
}

steps decider::start_failed(child_key key) {
  auto child = children_.find(key);
  if (child == children_.end()) return {};
  switch (cause_) {
  case cause::begin:
    return stop();
  case cause::add:
    children_.erase(child);
    return {};
  case cause::restart_by_hand:
    return {};
  case cause::restart:
    child->second.state = child_state::restarting;
    break;
  }
  return {{step::kind::retry, {key}}};
}

decider::addition decider::insert(std::shared_ptr<const child_spec> spec) {
  cause_ = cause::add;
  auto key = next_++;
  children_.emplace(key, child_entry{std::move(spec)});
  return {key, {{step::kind::start, {key}}}};
}

result<decider::addition> decider::add(child_spec spec) {
  if (simple())
    return error{errc::rule,
                 fmt::format("supervisor {} is simple_one_for_one: its children have no specs of "
                             "their own",
                             spec_.name)};
  if (auto ok = check(spec); !ok) return ok.error();
  if (auto there = find(spec.id)) {
    bool stopped = children_.at(*there).state == child_state::stopped;
    return error{errc::conflict, fmt::format("supervisor {}: child {} is already {}", spec_.name,
                                             spec.id, stopped ? "present" : "started")};
  }
  return insert(std::make_shared<const child_spec>(std::move(spec)));
}

result<decider::addition> decider::add_dynamic() {
  if (!simple())
    return error{
        errc::rule,
        fmt::format("supervisor {} is not simple_one_for_one: a child needs a spec", spec_.name)};
  return insert(dynamic_);
}

result<steps> decider::terminate(child_key key) {
  auto child = children_.find(key);
  if (child == children_.end()) return no_such_child();
  steps out;
  if (child->second.state == child_state::running) out.push_back({step::kind::stop, {key}});
  child->second.state = child_state::stopped;
  if (simple() || child->second.spec->restart == restart_type::temporary) children_.erase(child);
  return out;
}

result<decider::position> decider::stopped_child(child_key key) {
  if (simple())
    return error{errc::rule, fmt::format("supervisor {} is simple_one_for_one: its children are "
                                         "forgotten when they stop",
                                         spec_.name)};
  auto child = children_.find(key);
  if (child == children_.end()) return no_such_child();
  const auto& [spec, state] = child->second;
  if (state != child_state::stopped)
    return error{errc::conflict,
                 fmt::format("supervisor {}: child {} is {}", spec_.name, spec->id,
                             state == child_state::running ? "running" : "restarting")};
  return child;
}

result<steps> decider::restart(child_key key) {
  auto child = stopped_child(key);
  if (!child) return child.error();
  cause_ = cause::restart_by_hand;
  return steps{{step::kind::start, {key}}};
}

result<void> decider::remove(child_key key) {
  auto child = stopped_child(key);
  if (!child) return child.error();
  children_.erase(*child);
  return {};
}

error decider::no_such_child() const {
  return {errc::not_found, fmt::format("supervisor {} has no such child", spec_.name)};
}

std::optional<child_key> decider::find(std::string_view id) const {
  if (simple()) return std::nullopt;
  for (const auto& [key, child] : children_)
    if (child.spec->id == id) return key;
  return std::nullopt;
}

} // namespace loa::supervision
