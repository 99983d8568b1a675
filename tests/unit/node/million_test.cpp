#include <unit/node/world.hpp>

#include <array>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;

namespace {

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t many = 50'000; // each takes several times as much memory and time
#else
constexpr std::size_t many = 1'000'000;
#endif
constexpr std::size_t towers = 100;

loa::name session_number(std::size_t i) {
  return named("session/s" + std::to_string(i));
}
loa::name tower_number(std::size_t i) {
  return named("tower/t" + std::to_string(i % towers));
}

/// Counts what a million sessions are handed, and which of them were restarted.
class counting_client final : public driver {
public:
  void call(const loa::name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const loa::name&, std::uint64_t, const feed_entry_ptr&) override {
    ++delivered;
    return true;
  }
  void restarted(const loa::name& who) override {
    const std::lock_guard lock(mutex_);
    restarted_.push_back(who.str());
  }
  [[nodiscard]] std::vector<std::string> restarts() const {
    const std::lock_guard lock(mutex_);
    return restarted_;
  }
  std::atomic<std::size_t> delivered{0};

private:
  mutable std::mutex mutex_;
  std::vector<std::string> restarted_;
};

template <class F>
bool within_a_minute(F&& holds) {
  for (int i = 0; i < 60'000 && !holds(); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  return holds();
}

} // namespace

TEST_CASE("one of a million sessions crashes, and its siblings notice nothing") {
  manual_clock clock{*parse_rfc3339("2026-09-01T05:00:00+07:00")};
  store::memory_journal journal;
  store::threaded_writer writer(journal);
  counting_client clients;
  runtime_options options;
  options.idle = std::chrono::hours(1);
  auto started = runtime::start(options, {journal, writer, clock, system_random(), no_log()},
                                {kind_of<tower>(), kind_of<session>()}, {{"session", &clients}});
  REQUIRE(started);
  auto& node = **started;

  std::atomic<std::size_t> open{0};
  for (std::size_t i = 0; i < many; ++i) {
    while (i - open.load() >= 16'384) std::this_thread::yield();
    node.ask(session_number(i), wire::value::of(open_session{tower_number(i)}),
             [&](const result<wire::value>&) { ++open; });
  }
  REQUIRE(within_a_minute([&] { return open == many; }));
  REQUIRE(within_a_minute([&] { return node.read_figures().awake >= many; }));

  const auto say_everywhere = [&](const std::string& text) {
    for (std::size_t t = 0; t < towers; ++t)
      REQUIRE(node.ask_and_wait(
          tower_number(t),
          wire::value::of(announce{text, true, clock.now() + std::chrono::hours(1)})));
  };
  say_everywhere("storm");
  // Who is still being admitted gets it, too.
  REQUIRE(within_a_minute([&] { return clients.delivered == many; }));

  const auto victim = many / 2;
  node.kill(session_number(victim));
  REQUIRE(within_a_minute([&] { return !clients.restarts().empty(); }));
  CHECK(clients.restarts() == std::vector{session_number(victim).str()});
  CHECK(node.read_figures().restarts == 1);
  CHECK(node.read_figures().awake >= many - 1);

  // All the others still follow. The one that crashed has forgotten its client, and follows again
  // when its driver has told it to.
  say_everywhere("flood");
  REQUIRE(within_a_minute([&] { return clients.delivered >= 2 * many - 1; }));
  REQUIRE(node.ask_and_wait(session_number(victim),
                            wire::value::of(open_session{tower_number(victim)})));
  CHECK(within_a_minute([&] { return clients.delivered == 2 * many; }));
  CHECK(clients.restarts().size() == 1);
}
