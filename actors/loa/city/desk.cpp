#include <loa/city/desk.hpp>

#include <fmt/format.h>

namespace loa::city {

namespace {

using namespace std::chrono_literals;

/// A client that hears nothing for so long asks again.
constexpr micros silence = 30s;
/// A node that is well answers within this, whatever becomes of others.
constexpr micros promptly = 10s;

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

} // namespace

struct desk::request {
  name to;
  wire::value command;
  node::ask_options how;
  answer_handler then;
  micros until{0};
  bool done = false;
  std::uint64_t attempts = 0;
  std::uint64_t answered = 0; ///< The attempt that had an answer last.
  std::string last;           ///< Why it was none that stays.
};

void desk::ask(const name& to, wire::value command, node::ask_options how, answer_handler then,
               micros patience) {
  ++open_;
  attempt(std::make_shared<request>(request{to,
                                            std::move(command),
                                            std::move(how),
                                            std::move(then),
                                            in_.now() + patience,
                                            false,
                                            0,
                                            0,
                                            {}}));
}

void desk::attempt(const std::shared_ptr<request>& r) {
  if (r->done) return;
  if (in_.now() >= r->until) {
    r->done = true;
    --open_;
    return r->then(error{errc::timeout, "Nobody has answered.", {}});
  }
  const auto number = ++r->attempts;
  auto& m = in_.host(r->to.home());
  m.ask(
      r->to, r->command,
      [this, r, number](const result<wire::value>& got) {
        if (r->answered < number) r->answered = number;
        if (r->done) return;
        if (got || stays(got.error().code)) {
          r->done = true;
          --open_;
          return r->then(got);
        }
        r->last = got.error().detail;
        if (number == r->attempts)
          in_.world.after(in_.between(500ms, 5s), [this, r, number] {
            if (number == r->attempts) attempt(r);
          });
      },
      r->how);
  in_.world.after(silence, [this, r, number] {
    if (number == r->attempts) attempt(r);
  });
  watch(r, m.name(), number);
}

void desk::watch(const std::shared_ptr<request>& r, const std::string& node, std::uint64_t number) {
  const auto begun = in_.now();
  in_.world.after(promptly, [this, r, node, number, begun] {
    if (r->done || number != r->attempts) return;
    if (!in_.well.node_well(node, begun - 30s, in_.now())) return;
    in_.notes.accuse(5, r->to.str(),
                     fmt::format("{} was well and did not carry out {} within {} s: {}", node,
                                 r->command.tag().name,
                                 std::chrono::duration_cast<std::chrono::seconds>(promptly).count(),
                                 r->last.empty() ? "it said nothing" : r->last),
                     in_.now());
  });
}

void desk::look(const name& to, wire::value command, answer_handler then) {
  in_.host(to.home()).ask(to, std::move(command), std::move(then));
}

} // namespace loa::city
