#include "subjects.hpp"

#include <loa/base/random.hpp>

#include <algorithm>
#include <atomic>

using namespace loa;
using namespace loa::net;
using loa::test::patience;
using loa::test::told;

#define TRANSPORT_CONTRACT(sentence)                                                               \
  TEMPLATE_TEST_CASE(sentence, "[contract]", switchboard_subject, caf_subject)

namespace {

/// Chunks of all lengths, each with other octets.
std::vector<bytes> chunks_of(std::uint64_t seed, std::size_t count) {
  seeded_random dice(seed);
  std::vector<bytes> all{bytes(most_chunk_octets, 'M'), "1"};
  while (all.size() < count) {
    bytes chunk(1 + dice.below(dice.chance(0.2) ? 300'000 : 2'000), '\0');
    for (auto& c : chunk) c = static_cast<char>(dice.below(256));
    all.push_back(std::move(chunk));
  }
  return all;
}

std::vector<bytes> received(const told& t) {
  std::vector<bytes> all;
  for (const auto& [line, chunk] : t.received) all.push_back(chunk);
  return all;
}

} // namespace

TRANSPORT_CONTRACT("chunks come whole and in order, both ways at once") {
  two_nodes<TestType> nodes;
  nodes.start();
  nodes.open_line();
  const auto there = chunks_of(1, 60);
  const auto back = chunks_of(2, 60);
  nodes.a->run([&] {
    for (const auto& chunk : there) nodes.a->send(nodes.at_a, chunk);
  });
  nodes.b->run([&] {
    for (const auto& chunk : back) nodes.b->send(nodes.at_b, chunk);
  });
  REQUIRE(nodes.b.comes([&](const auto& t) { return t.received.size() == there.size(); }));
  REQUIRE(nodes.a.comes([&](const auto& t) { return t.received.size() == back.size(); }));
  CHECK(received(nodes.b.all()) == there);
  CHECK(received(nodes.a.all()) == back);
  for (const auto& [line, chunk] : nodes.b.all().received) REQUIRE(line == nodes.at_b);
}

TRANSPORT_CONTRACT("what was sent before a line is closed comes, and then its end, once") {
  two_nodes<TestType> nodes;
  nodes.start();
  nodes.open_line();
  const auto sent = chunks_of(3, 80);
  nodes.a.there([&] {
    for (const auto& chunk : sent) nodes.a->send(nodes.at_a, chunk);
    nodes.a->close(nodes.at_a);
    nodes.a->close(nodes.at_a);
    nodes.a->send(nodes.at_a, "too late");
  });
  REQUIRE(nodes.b.comes([](const auto& t) { return !t.closed.empty(); }));
  CHECK(received(nodes.b.all()) == sent);
  nodes.a->stop();
  nodes.b->stop();
  CHECK(nodes.b.all().closed.size() == 1);
  CHECK(nodes.b.all().closed.front().first == nodes.at_b);
  CHECK_FALSE(nodes.b.all().closed.front().second.empty());
  CHECK(nodes.a.all().closed.empty());
}

TRANSPORT_CONTRACT("an answer and the line's end may be given from within what is told") {
  two_nodes<TestType> nodes;
  nodes.b.then_received = [&](line_id line, const bytes& chunk) {
    nodes.b->send(line, "re: " + chunk);
    nodes.b->close(line);
  };
  nodes.start();
  nodes.open_line();
  nodes.a.there([&] {
    nodes.a->send(nodes.at_a, "first");
    nodes.a->send(nodes.at_a, "second");
  });
  REQUIRE(nodes.a.comes([](const auto& t) { return !t.closed.empty(); }));
  CHECK(received(nodes.a.all()) == std::vector<bytes>{"re: first"});
  CHECK(received(nodes.b.all()) == std::vector<bytes>{"first"});
}

TRANSPORT_CONTRACT("a call to where nobody listens fails with a reason, later, and once") {
  two_nodes<TestType> nodes;
  nodes.start();
  const auto begun = nodes.a->now();
  const auto within = nodes.a.there([&] {
    (void)nodes.a->connect(TestType::nowhere());
    return nodes.a.all().closed.size();
  });
  CHECK(within == 0);
  REQUIRE(nodes.a.comes([](const auto& t) { return !t.closed.empty(); }));
  CHECK(nodes.a->now() - begun < std::chrono::seconds(10));
  CHECK_FALSE(nodes.a.all().closed.front().second.empty());
  nodes.a->stop();
  CHECK(nodes.a.all().closed.size() == 1);
  CHECK(nodes.a.all().connected.empty());
}

TRANSPORT_CONTRACT("of a call that was closed at once nothing is told") {
  two_nodes<TestType> nodes;
  nodes.start();
  nodes.a.there([&] {
    nodes.a->close(nodes.a->connect(nodes.to_b()));
    nodes.a->close(nodes.a->connect(TestType::nowhere()));
  });
  nodes.a.connect(nodes.to_b());
  REQUIRE(nodes.a.comes([](const auto& t) { return !t.connected.empty(); }));
  nodes.a->stop();
  CHECK(nodes.a.all().connected.size() == 1);
  CHECK(nodes.a.all().closed.empty());
}

TRANSPORT_CONTRACT("lines that nobody knows are no trouble") {
  two_nodes<TestType> nodes;
  nodes.start();
  nodes.a.there([&] {
    nodes.a->send(0, "x");
    nodes.a->send(4711, "x");
    nodes.a->close(0);
    nodes.a->close(4711);
  });
  nodes.open_line();
  nodes.a.send(nodes.at_a, "hello");
  CHECK(nodes.b.comes([](const auto& t) { return t.received.size() == 1; }));
}

TRANSPORT_CONTRACT("a line's number is not used again") {
  two_nodes<TestType> nodes;
  nodes.start();
  std::set<line_id> at_a;
  for (std::size_t i = 0; i < 20; ++i) {
    const auto line = nodes.a.connect(nodes.to_b());
    REQUIRE(nodes.a.comes([&](const auto& t) { return t.connected.size() == i + 1; }));
    CHECK(at_a.insert(line).second);
    nodes.a.close(line);
  }
  REQUIRE(nodes.b.comes([](const auto& t) { return t.closed.size() == 20; }));
  const auto accepted = nodes.b.all().accepted;
  CHECK(std::set<line_id>(accepted.begin(), accepted.end()).size() == 20);
}

TRANSPORT_CONTRACT("several lines between the same nodes do not mix") {
  two_nodes<TestType> nodes;
  nodes.b.then_received = [&](line_id line, const bytes& chunk) { nodes.b->send(line, chunk); };
  nodes.start();
  std::vector<line_id> lines;
  for (int i = 0; i < 5; ++i) lines.push_back(nodes.a.connect(nodes.to_b()));
  REQUIRE(nodes.a.comes([](const auto& t) { return t.connected.size() == 5; }));
  nodes.a.there([&] {
    for (int i = 0; i < 50; ++i)
      for (const auto line : lines) nodes.a->send(line, std::to_string(line));
  });
  REQUIRE(nodes.a.comes([](const auto& t) { return t.received.size() == 250; }));
  for (const auto& [line, chunk] : nodes.a.all().received) REQUIRE(chunk == std::to_string(line));
}

TRANSPORT_CONTRACT("tasks of one thread run in their order, all on the thread that tells") {
  two_nodes<TestType> nodes;
  nodes.start();
  std::mutex mutex;
  std::vector<std::vector<int>> ran(4);
  std::set<std::thread::id> threads;
  std::vector<std::thread> givers;
  for (int g = 0; g < 4; ++g)
    givers.emplace_back([&, g] {
      for (int i = 0; i < 2'000; ++i)
        nodes.a->run([&, g, i] {
          std::lock_guard lock(mutex);
          ran[static_cast<std::size_t>(g)].push_back(i);
          threads.insert(std::this_thread::get_id());
        });
    });
  for (auto& g : givers) g.join();
  nodes.open_line();
  nodes.a.send(nodes.at_a, "x");
  nodes.b.close(nodes.at_b);
  REQUIRE(nodes.a.comes([](const auto& t) { return t.closed.size() == 1; }));
  std::lock_guard lock(mutex);
  for (const auto& one : ran) {
    CHECK(one.size() == 2'000);
    CHECK(std::is_sorted(one.begin(), one.end()));
  }
  CHECK(threads.size() == 1);
  CHECK(nodes.a.all().threads == threads);
}

TRANSPORT_CONTRACT("a task gives another one, which runs when it is over") {
  two_nodes<TestType> nodes;
  nodes.start();
  std::vector<int> order;
  std::promise<void> done;
  nodes.a->run([&] {
    nodes.a->run([&] {
      order.push_back(2);
      done.set_value();
    });
    order.push_back(1);
  });
  REQUIRE(done.get_future().wait_for(patience) == std::future_status::ready);
  CHECK(order == std::vector<int>{1, 2});
}

TRANSPORT_CONTRACT("the alarm rings once, and not before its time") {
  two_nodes<TestType> nodes;
  nodes.start();
  for (const auto after : {duration(50), duration(0), duration(-5'000)}) {
    const auto rung = nodes.a.all().times.size();
    const auto at = nodes.a->now() + after;
    nodes.a.there([&] { nodes.a->wake_at(at); });
    REQUIRE(nodes.a.comes([&](const auto& t) { return t.times.size() == rung + 1; }));
    CHECK(nodes.a.all().times.back() >= at);
  }
  nodes.a->stop();
  CHECK(nodes.a.all().times.size() == 3);
}

TRANSPORT_CONTRACT("an alarm replaces the one before, whether earlier or later") {
  two_nodes<TestType> nodes;
  nodes.start();
  const auto begun = nodes.a->now();
  nodes.a.there([&] {
    nodes.a->wake_at(begun + std::chrono::hours(1));
    nodes.a->wake_at(begun + duration(20));
  });
  REQUIRE(nodes.a.comes([](const auto& t) { return t.times.size() == 1; }));
  const auto later = nodes.a->now() + duration(120);
  nodes.a.there([&] {
    nodes.a->wake_at(nodes.a->now() + duration(20));
    nodes.a->wake_at(later);
  });
  REQUIRE(nodes.a.comes([](const auto& t) { return t.times.size() == 2; }));
  CHECK(nodes.a.all().times.back() >= later);
}

TRANSPORT_CONTRACT("the clock never goes back, whoever asks") {
  two_nodes<TestType> nodes;
  nodes.start();
  std::atomic<int> back{0};
  std::vector<std::thread> askers;
  for (int i = 0; i < 3; ++i)
    askers.emplace_back([&] {
      auto last = nodes.a->now();
      for (int n = 0; n < 20'000; ++n) {
        const auto now = nodes.a->now();
        if (now < last) ++back;
        last = now;
      }
    });
  for (auto& asker : askers) asker.join();
  CHECK(back == 0);
}

TRANSPORT_CONTRACT("after stop nothing is told and nothing runs") {
  two_nodes<TestType> nodes;
  nodes.start();
  nodes.open_line();
  nodes.a.there([&] { nodes.a->wake_at(nodes.a->now() + duration(30)); });
  nodes.b->run([&] {
    for (int i = 0; i < 200; ++i) nodes.b->send(nodes.at_b, bytes(5'000, 'x'));
  });
  nodes.a->stop();
  const auto last = nodes.a.all();
  std::atomic<bool> ran{false};
  nodes.a->run([&] { ran = true; });
  nodes.a->stop();
  REQUIRE(nodes.b.comes([](const auto& t) { return t.closed.size() == 1; }));
  CHECK_FALSE(ran);
  CHECK(nodes.a.all().received.size() == last.received.size());
  CHECK(nodes.a.all().closed.empty());
  CHECK(nodes.a.all().times.size() == last.times.size());
}

TRANSPORT_CONTRACT("a transport that was never started stops, too") {
  TestType subject;
  const auto idle = subject.open("idle");
  idle->stop();
  idle->stop();
  CHECK(idle->port() == 0);
}

TRANSPORT_CONTRACT("stop returns while calls are under way") {
  for (int i = 0; i < 20; ++i) {
    two_nodes<TestType> nodes;
    nodes.start();
    nodes.a->run([&] {
      for (int n = 0; n < 5; ++n) {
        (void)nodes.a->connect(nodes.to_b());
        (void)nodes.a->connect(TestType::nowhere());
      }
    });
    if (i % 2 == 0) nodes.b->stop();
    nodes.a->stop();
    const auto last = nodes.a.all();
    nodes.b->stop();
    CHECK(nodes.a.all().connected.size() == last.connected.size());
    CHECK(nodes.a.all().closed.size() == last.closed.size());
  }
}
