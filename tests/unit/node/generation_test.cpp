#include "held_writer.hpp"
#include "world.hpp"

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

namespace {

/// A writer before another one, for which at an instant that a test chooses somebody else's commit
/// fails.
class interrupted_writer final : public store::writer {
public:
  explicit interrupted_writer(store::writer& to) : to_(to) {}

  /// Right after the next one has asked for the generation.
  void fail_after_next_question() { armed_ = true; }

  void submit(store::submission s) override {
    if (s.generation < to_.generation() + failures_)
      return s.done(error{errc::unavailable, "Somebody else's commit failed.", {}});
    s.generation -= failures_;
    to_.submit(std::move(s));
  }
  std::uint64_t generation() const noexcept override {
    const auto now = to_.generation() + failures_;
    if (armed_.exchange(false)) ++failures_;
    return now;
  }

private:
  store::writer& to_;
  mutable std::atomic<bool> armed_{false};
  mutable std::atomic<std::uint64_t> failures_{0};
};

} // namespace

TEST_CASE("a follower keeps nothing of what was refused since somebody else's commit failed") {
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  store::threaded_writer behind(journal);
  interrupted_writer writer(behind);
  auto node = *runtime::start(world::small(), {journal, writer, clock}, {kind_of<tower>()});
  const auto ask = [&](std::string_view who, auto command) {
    return node->ask_and_wait(named(who), wire::value::of(std::move(command)));
  };
  const auto say = [&](std::string text) {
    return ask("tower/79", announce{std::move(text), false, clock.now() + std::chrono::hours(1)});
  };
  const auto heard = [&] { return ask("tower/79.1", what_heard{})->get<all_heard>()->texts; };

  REQUIRE(ask("tower/79.1", listen_to{named("tower/79")}));
  REQUIRE(say("before"));
  REQUIRE(eventually([&] { return heard().size() == 1; }));

  std::vector<std::string> expected{"before"};
  for (int i = 0; i < 20; ++i) {
    const auto text = std::to_string(i);
    writer.fail_after_next_question();
    if (say("refused " + text)) expected.push_back("refused " + text);
    REQUIRE(eventually([&] { return say("after " + text).has_value(); }));
    expected.push_back("after " + text);
    REQUIRE(eventually([&] { return heard().back() == expected.back(); }));
  }
  CHECK(heard() == expected);
}

TEST_CASE("what the writer refuses at once reaches no follower, and its position is given again") {
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  store::threaded_writer behind(journal);
  held_writer writer(behind);
  auto options = world::small();
  options.gather = std::chrono::hours(1); // nothing but what is published here is submitted
  auto node = *runtime::start(options, {journal, writer, clock}, {kind_of<tower>()});
  const auto top = named("tower/79");
  const auto below = named("tower/79.1");
  const auto say = [&](const std::string& text) {
    return node->ask_and_wait(
        top, wire::value::of(announce{text, false, clock.now() + std::chrono::hours(1)}));
  };
  const auto heard = [&] {
    return node->ask_and_wait(below, wire::value::of(what_heard{}))->get<all_heard>()->texts;
  };
  REQUIRE(node->ask_and_wait(below, wire::value::of(listen_to{top})));
  REQUIRE(say("first"));
  REQUIRE(eventually([&] { return heard().size() == 1; }));
  writer.refuse_next(top);
  const auto refused = say("lost");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == errc::too_many);
  const auto second = say("second");
  REQUIRE(second);
  CHECK(second->get<announced>()->position == 2);
  CHECK(eventually([&] { return heard().size() >= 2; }));
  CHECK(heard() == std::vector<std::string>{"first", "second"});
}
