#include <loa/sim/stage.hpp>

namespace loa::sim {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_broken = 100;
/// Longer than any run: the client gives up nothing.
constexpr micros insistence = std::chrono::days(10'000);
/// Who looks in a check waits so long, in steps of so much.
constexpr micros patience = 60s;
constexpr micros glance = 50ms;

} // namespace

stage::stage(sim::world& of, net::placement places)
    : world_(of),
      cluster_(of, std::move(places)),
      random_(of.random().next()),
      client_(of, random_, [this](const path& home) -> machine* {
        const auto host = cluster_.placement().host_of(home);
        return host ? world_.find(host->node->node) : nullptr;
      }) {}

micros stage::between(micros least, micros most) {
  return least + micros(random_.below(static_cast<std::uint64_t>((most - least).count()) + 1));
}

void stage::now_and_then(micros average, action what) {
  after(between(micros(0), 2 * average), [this, average, what = std::move(what)]() mutable {
    if (settled_) return;
    what();
    now_and_then(average, std::move(what));
  });
}

void stage::ask_under(std::string key, std::string_view to, wire::value command,
                      answer_handler then) {
  const auto who = name::parse(to);
  if (!who) {
    if (then) then(who.error());
    return;
  }
  ++silent_[who->str()];
  client_.ask(
      *who, std::move(command), {std::move(key), {}, store::urgency::ordinary},
      [this, who = who->str(), then = std::move(then)](const auto& answer) {
        if (--silent_[who] == 0) silent_.erase(who);
        if (then) then(answer);
      },
      insistence);
}

void stage::ask(std::string_view to, wire::value command, answer_handler then) {
  ask_under("ask-" + std::to_string(++keys_), to, std::move(command), std::move(then));
}

void stage::ask_carelessly(std::string_view to, wire::value command, answer_handler then) {
  ask_under({}, to, std::move(command), std::move(then));
}

result<wire::value> stage::wait_for(std::string_view to, wire::value command) {
  if (!checking_)
    return error{
        errc::rule, "Only a check may wait for an answer; elsewhere ask with a handler.", {}};
  const auto who = name::parse(to);
  if (!who) return who.error();
  const auto got = std::make_shared<std::optional<result<wire::value>>>();
  client_.ask(
      *who, std::move(command), {}, [got](const auto& answer) { got->emplace(answer); }, patience);
  const auto until = world_.now() + 2 * patience;
  while (!*got && world_.now() < until) world_.run_until(world_.now() + glance);
  if (*got) return **got;
  return error{errc::timeout, "Nobody has answered.", {}};
}

void stage::broken(std::string who, std::string what) {
  auto& all = checking_ ? missing_ : for_good_;
  if (all.size() < most_broken) all.push_back({std::move(who), std::move(what), now(), {}});
}

} // namespace loa::sim
