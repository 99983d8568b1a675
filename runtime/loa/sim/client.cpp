#include <loa/sim/client.hpp>
#include <loa/sim/world.hpp>

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

void client::look(const name& to, wire::value command, answer_handler then) {
  if (auto* at = host_(to.home())) return at->ask(to, std::move(command), std::move(then));
  then(hosted_by_nobody(to));
}

} // namespace loa::sim
