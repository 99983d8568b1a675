#include "tricks.hpp"

#include <algorithm>
#include <array>

namespace loa::odd {

using namespace std::chrono_literals;

void hand::send(const name& to, parcel what, bool before_reply) {
  what.mark = next_mark();
  log.sent.push_back({what.mark, to.str()});
  if (before_reply) first.push_back({what.mark, to.str()});
  effect(node::post{to, wire::value::of(std::move(what)), before_reply});
}

void hand::found(const name& who) {
  const auto mark = next_mark();
  log.founded.push_back({mark, who.str()});
  effect(node::found{who, wire::encode_record(born{mark})});
}

name hand::neighbour() {
  const auto home = self.home();
  return self.local().empty() ? name::of("odd", home, "x") : name::of("odd", home);
}

name hand::anybody() {
  for (;;) {
    auto who = *name::parse(cast()[dice.below(cast().size())]);
    if (who != self) return who;
  }
}

name hand::child(std::string_view letter, std::uint64_t number) const {
  return name::of("odd", self.home(), std::string(letter) + std::to_string(number));
}

const std::vector<std::string>& cast() {
  static const std::vector<std::string> all = {"odd/a", "odd/a/x", "odd/b", "odd/b/x", "odd/c"};
  return all;
}

namespace {

/// What these bring up is not explained yet, so they are tried only when somebody names them.
constexpr std::array<std::string_view, 3> open_questions{
    "publishes what others do tricks on", // a post is counted for two senders, or the check is
                                          // wrong
    "waits for what its receiver does tricks on", // the answer never comes
    "posts a hundred times",                      // takes very long under a small outbox
};

bool is_open(const trick& t) {
  return std::ranges::find(open_questions, t.what) != open_questions.end();
}

const std::vector<std::uint32_t>& places(bool wanted) {
  static const auto all = [] {
    std::array<std::vector<std::uint32_t>, 2> out;
    for (std::uint32_t i = 0; i < tricks().size(); ++i)
      if (!is_open(tricks()[i])) out[tricks()[i].end == fate::accepted ? 1 : 0].push_back(i);
    return out;
  }();
  return all[wanted ? 1 : 0];
}

} // namespace

const std::vector<std::uint32_t>& sensible() {
  return places(true);
}
const std::vector<std::uint32_t>& wild() {
  return places(false);
}

void play(hand& h, const std::vector<std::uint32_t>& which) {
  for (const auto i : which)
    if (i < tricks().size()) tricks()[i].play(h);
}

} // namespace loa::odd
