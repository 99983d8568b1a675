#include <loa/sim/client.hpp>
#include <loa/sim/world.hpp>

#include <utility>

namespace loa::sim {

namespace {

using namespace std::chrono_literals;

/// Who hears nothing for so long asks again.
constexpr micros silence = 30s;
/// After an answer that is none it waits between these two.
constexpr micros least_pause = 500ms;
constexpr micros most_pause = 5s;

bool stays(errc code) {
  switch (code) {
  case errc::forbidden: // the unit has moved: a node passes on what clients say, not this
  case errc::unavailable:
  case errc::timeout:
  case errc::too_many:
  case errc::storage:
  case errc::storage_full:
    return false;
  default:
    return true;
  }
}

/// So many questions of `ask_again` are under way at once; each is answered within this.
constexpr std::size_t most_at_once = 64;
constexpr micros answered_within = 2min;
constexpr micros glance = 50ms;

/// FNV-1a of the answer's record.
std::uint64_t digest_of(const wire::value& answer) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const unsigned char c : answer.encode()) hash = (hash ^ c) * 0x100000001b3ULL;
  return hash;
}

error hosted_by_nobody(const name& who) {
  return {errc::not_found, "No node hosts \"" + who.str() + "\".", {}};
}

} // namespace

void client::ask(const name& to, wire::value command, node::ask_options how, answer_handler then,
                 micros patience) {
  auto r = std::make_shared<request>();
  r->to = to;
  r->command = std::move(command);
  r->how = std::move(how);
  r->then = std::move(then);
  r->until = world_.now() + patience;
  ++open_;
  attempt(r);
}

void client::finish(request& r, const result<wire::value>& got) {
  r.done = true;
  --open_;
  if (got && !r.how.key.empty())
    memories_.push_back({r.to, r.command, r.how, digest_of(*got), world_.now()});
  if (r.then) r.then(got);
}

void client::attempt(const std::shared_ptr<request>& r) {
  if (r->done) return;
  if (world_.now() >= r->until) return finish(*r, error{errc::timeout, "Nobody has answered.", {}});
  auto* at = host_(r->to.home());
  if (!at) return finish(*r, hosted_by_nobody(r->to));
  const auto number = ++r->attempts;
  at->ask(
      r->to, r->command,
      [this, r, number](const result<wire::value>& got) {
        if (r->answered < number) r->answered = number;
        if (r->done) return;
        if (got || stays(got.error().code)) return finish(*r, got);
        r->last = got.error().detail;
        r->why = got.error().code;
        if (number != r->attempts) return;
        const auto more = static_cast<std::uint64_t>((most_pause - least_pause).count());
        world_.after(least_pause + micros(dice_.below(more + 1)), [this, r, number] {
          if (number == r->attempts) attempt(r);
        });
      },
      r->how);
  world_.after(silence, [this, r, number] {
    if (number == r->attempts) attempt(r);
  });
  attempted(r, *at);
}

void client::ask_again(const std::function<bool(const name&)>& keeps,
                       const std::function<void(const name&, std::string)>& wrong) {
  struct round {
    std::size_t open = 0;
    std::vector<std::pair<name, std::string>> complaints;
  };
  const auto now = std::make_shared<round>(); // outlives what comes too late
  const auto all = std::exchange(memories_, {});
  const auto wait = [&](std::size_t most) {
    const auto until = world_.now() + 2 * answered_within;
    while (now->open > most && world_.now() < until) world_.run_until(world_.now() + glance);
  };
  for (const auto& m : all) {
    if (!keeps(m.to) || world_.now() - m.at > counts_on) continue;
    wait(most_at_once - 1);
    ++now->open;
    const auto then = [now, to = m.to, before = m.answer, what = std::string(m.command.tag().name),
                       key = m.how.key](const result<wire::value>& got) {
      --now->open;
      if (got && digest_of(*got) == before) return;
      now->complaints.emplace_back(
          to, "answered " + what + " under the key " + key + ", and when it is asked again says " +
                  (got ? "something else: " + got->to_json() : "no: " + got.error().detail));
    };
    ask(m.to, m.command, m.how, then, answered_within);
  }
  wait(0);
  memories_ = all; // what was answered just now is no news
  for (auto& [who, what] : now->complaints) wrong(who, std::move(what));
}

void client::look(const name& to, wire::value command, answer_handler then) {
  if (auto* at = host_(to.home())) return at->ask(to, std::move(command), std::move(then));
  then(hosted_by_nobody(to));
}

} // namespace loa::sim
