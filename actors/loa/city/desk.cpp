#include <loa/city/desk.hpp>

#include <fmt/format.h>

namespace loa::city {

namespace {

using namespace std::chrono_literals;

/// A node that is well answers within this, whatever becomes of others.
constexpr micros promptly = 10s;

} // namespace

desk::desk(surroundings& in)
    : client(in.world, in.random, [&in](const path& home) { return &in.host(home); }),
      in_(in) {}

void desk::attempted(const std::shared_ptr<const request>& r, const sim::machine& at) {
  in_.world.after(promptly, [this, r, node = at.name(), number = r->attempts, begun = in_.now()] {
    if (r->done || number != r->attempts) return;
    // What is full may say so; whether it ever has room is seen at the end.
    if (r->answered == number && r->why == errc::too_many) return;
    if (!in_.well.node_well(node, begun - 30s, in_.now())) return;
    in_.notes.accuse(5, r->to.str(),
                     fmt::format("{} was well and did not carry out {} within {} s: {}", node,
                                 r->command.tag().name,
                                 std::chrono::duration_cast<std::chrono::seconds>(promptly).count(),
                                 r->last.empty() ? "it said nothing" : r->last),
                     in_.now());
  });
}

} // namespace loa::city
