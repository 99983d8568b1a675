// What a program gives the node to call, and where it calls the node from.

#include "world.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <future>

using namespace loa;
using namespace loa::node;
using namespace loa::node::test;
using namespace std::chrono_literals;

namespace {

/// Throws whenever it is called.
struct broken_driver final : driver {
  void call(const loa::name&, std::uint64_t, const wire::value&) override {
    ++calls;
    throw std::runtime_error("a broken driver");
  }
  bool deliver(const loa::name&, std::uint64_t, const feed_entry_ptr&) override {
    ++calls;
    throw 7;
  }
  void restarted(const loa::name&) override {}
  std::atomic<int> calls{0};
};

/// Waits inside of a driver.
struct waiting_driver final : driver {
  void call(const loa::name&, std::uint64_t, const wire::value&) override {
    const auto answer = node->ask_and_wait(named("counter/79"), wire::value::of(get_total{}));
    code = answer ? errc{} : answer.error().code;
    called = true;
  }
  bool deliver(const loa::name&, std::uint64_t, const feed_entry_ptr&) override { return true; }
  void restarted(const loa::name&) override {}
  runtime* node = nullptr;
  std::atomic<bool> called{false};
  std::atomic<errc> code{};
};

} // namespace

TEST_CASE("a callback that throws is nobody's crash") {
  world w;
  REQUIRE(w.ask("counter/79", add{1}));
  std::atomic<int> called{0};
  for (const auto& command : {wire::value::of(get_total{}), wire::value::of(add{-1}),
                              wire::value::of(add{2}), wire::value::of(listen_to{})})
    w.node->ask(named("counter/79"), command, [&](const auto&) {
      ++called;
      throw std::runtime_error("a careless caller");
    });
  REQUIRE(eventually([&] { return called == 4; }));
  w.node->ask(named("nobody/79"), wire::value::of(add{1}), [](const auto&) { throw 1; });
  CHECK(w.total_of("counter/79") == 3);
  CHECK(w.node->read_figures().restarts == 0);
}

TEST_CASE("a driver that throws crashes neither the entity nor the node") {
  broken_driver bad;
  store::memory_journal journal;
  store::threaded_writer writer(journal);
  auto node =
      runtime::start(world::small(), {journal, writer},
                     {kind_of<tower>(), kind_of<siren>(), kind_of<session>()}, {{"session", &bad}})
          .value();
  REQUIRE(node->ask_and_wait(named("siren/79"), wire::value::of(listen_to{named("tower/79")})));
  REQUIRE(node->ask_and_wait(named("session/79/a"),
                             wire::value::of(open_session{named("tower/79"), {}})));
  const auto hour = system_clock().now() + 1h;
  REQUIRE(node->ask_and_wait(named("tower/79"), wire::value::of(announce{"x", false, hour})));
  REQUIRE(eventually([&] { return bad.calls >= 2; }));
  REQUIRE(node->ask_and_wait(named("tower/79"), wire::value::of(announce{"y", false, hour})));
  REQUIRE(eventually([&] { return bad.calls >= 4; }));
  CHECK(node->read_figures().restarts == 0);
}

TEST_CASE("waiting for an answer on a thread of the runtime is an error at once") {
  world w;
  std::promise<result<wire::value>> waited;
  w.node->ask(named("counter/79"), wire::value::of(get_total{}),
              [&](const auto&) { waited.set_value(w.ask("counter/79", get_total{})); });
  auto in_callback = waited.get_future();
  REQUIRE(in_callback.wait_for(10s) == std::future_status::ready);
  const auto got = in_callback.get();
  REQUIRE_FALSE(got);
  CHECK(got.error().code == errc::internal);
  CHECK(got.error().detail.find("Use `ask`") != std::string::npos);

  waiting_driver waits;
  store::memory_journal journal;
  store::threaded_writer writer(journal);
  auto node = runtime::start(world::small(), {journal, writer},
                             {kind_of<test::counter>(), kind_of<tower>(), kind_of<siren>()},
                             {{"session", &waits}})
                  .value();
  waits.node = node.get();
  REQUIRE(node->ask_and_wait(named("siren/79"), wire::value::of(listen_to{named("tower/79")})));
  REQUIRE(node->ask_and_wait(named("tower/79"),
                             wire::value::of(announce{"x", false, system_clock().now() + 1h})));
  REQUIRE(eventually([&] { return waits.called.load(); }));
  CHECK(waits.code.load() == errc::internal);
}

namespace {

/// What is written to standard error while this lives.
class standard_error {
public:
  standard_error() : saved_(::dup(STDERR_FILENO)), file_(std::tmpfile()) {
    ::dup2(::fileno(file_), STDERR_FILENO);
  }
  ~standard_error() {
    ::dup2(saved_, STDERR_FILENO);
    ::close(saved_);
    std::fclose(file_);
  }
  [[nodiscard]] std::string text() const {
    std::string all(64 << 10, '\0');
    const auto n = ::pread(::fileno(file_), all.data(), all.size(), 0);
    all.resize(n > 0 ? static_cast<std::size_t>(n) : 0);
    return all;
  }

private:
  int saved_;
  std::FILE* file_;
};

} // namespace

TEST_CASE("a program of few lines sees on standard error why its entity crashed") {
  std::string directory = "/tmp/loa-open-XXXXXX";
  REQUIRE(::mkdtemp(directory.data()));
  {
    const standard_error kept;
    auto node = runtime::open(directory, {kind_of<test::counter>()}).value();
    CHECK_FALSE(node->ask_and_wait(named("counter/79"), wire::value::of(explode{})));
    CHECK(eventually([&] { return kept.text().find("reason=boom") != std::string::npos; }));
    CHECK(kept.text().find("name=counter/79") != std::string::npos);
  }
  std::filesystem::remove_all(directory);
}
