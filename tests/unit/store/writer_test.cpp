#include <loa/base/random.hpp>
#include <loa/store/entity_log.hpp>
#include <loa/store/memory_journal.hpp>
#include <loa/store/writer.hpp>

#include <unit/store/scratch.hpp>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

using namespace loa;
using namespace loa::store;
using scratch::must;

namespace {

/// A journal in memory whose commits wait until they are let through, and that keeps the groups.
class gated_journal final : public journal {
public:
  memory_journal inner;

  result<void> commit(std::span<const transaction* const> group) override {
    std::unique_lock lock(mutex_);
    ++arrived_;
    changed_.notify_all();
    changed_.wait(lock, [this] { return open_; });
    std::vector<bytes> keys;
    for (const auto* t : group)
      for (const auto& op : *t) keys.push_back(op.key);
    groups_.push_back(std::move(keys));
    return inner.commit(group);
  }
  result<std::optional<bytes>> get(table where, bytes_view key) const override {
    return inner.get(where, key);
  }
  result<std::vector<item>> scan(table where, bytes_view from, bytes_view to, std::size_t most,
                                 bool backwards) const override {
    return inner.scan(where, from, to, most, backwards);
  }
  journal_stats stats() const override { return inner.stats(); }

  void close_gate() {
    std::lock_guard lock(mutex_);
    open_ = false;
  }
  void open_gate() {
    std::lock_guard lock(mutex_);
    open_ = true;
    changed_.notify_all();
  }
  /// Waits until so many commits have begun.
  void wait_for(std::size_t commits) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return arrived_ >= commits; });
  }
  std::vector<std::vector<bytes>> groups() {
    std::lock_guard lock(mutex_);
    return groups_;
  }

private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool open_ = true;
  std::size_t arrived_ = 0;
  std::vector<std::vector<bytes>> groups_;
};

/// What came back, in order.
class outcomes {
public:
  std::function<void(const result<void>&)> named(std::string id) {
    return [this, id = std::move(id)](const result<void>& r) {
      std::lock_guard lock(mutex_);
      all_.emplace_back(id, r ? "done" : std::string(to_string(r.error().code)));
    };
  }
  std::vector<std::pair<std::string, std::string>> all() {
    std::lock_guard lock(mutex_);
    return all_;
  }
  std::size_t size() { return all().size(); }

private:
  std::mutex mutex_;
  std::vector<std::pair<std::string, std::string>> all_;
};

using pairs = std::vector<std::pair<std::string, std::string>>;

submission work(writer& to, outcomes& seen, std::uint64_t entity, std::string key,
                urgency lane = urgency::ordinary) {
  return {lane, entity, to.generation(), {operation::put(table::facts, key, "v")}, seen.named(key)};
}

/// Both writers behind one face: submissions wait until `flush`.
class stepped_subject {
public:
  explicit stepped_subject(writer_options options = {}) : writer_(gate, options) {}
  gated_journal gate;
  writer& to() { return writer_; }
  void flush() { writer_.run(); }

private:
  stepped_writer writer_;
};

class threaded_subject {
public:
  explicit threaded_subject(writer_options options = {}) : writer_(gate, unhurried(options)) {
    hold();
  }
  ~threaded_subject() { gate.open_gate(); }
  gated_journal gate;
  writer& to() { return writer_; }
  void flush() {
    gate.open_gate();
    writer_.stop();
  }

private:
  /// On a busy machine the size of groups must not depend on what a commit takes.
  static writer_options unhurried(writer_options options) {
    options.commit_goal = std::chrono::hours(1);
    return options;
  }
  /// Keeps the thread busy with a commit of nothing, so that what follows waits.
  void hold() {
    gate.close_gate();
    writer_.submit({urgency::ordinary, 0, 0, {}, {}});
    gate.wait_for(1);
  }
  threaded_writer writer_;
};

std::vector<bytes> flat(const std::vector<std::vector<bytes>>& groups) {
  std::vector<bytes> keys;
  for (const auto& g : groups) keys.insert(keys.end(), g.begin(), g.end());
  return keys;
}

} // namespace

#define BOTH_WRITERS(sentence) TEMPLATE_TEST_CASE(sentence, "", stepped_subject, threaded_subject)

BOTH_WRITERS("what waits is committed in one group, in order") {
  outcomes seen;
  TestType subject;
  for (const auto* key : {"a", "b", "c"}) subject.to().submit(work(subject.to(), seen, 1, key));
  CHECK(seen.size() == 0);
  subject.flush();
  CHECK(seen.all() == pairs{{"a", "done"}, {"b", "done"}, {"c", "done"}});
  CHECK(subject.gate.groups().back() == std::vector<bytes>{"a", "b", "c"});
}

BOTH_WRITERS("emergencies are committed first") {
  outcomes seen;
  TestType subject(writer_options{.max_group_transactions = 2});
  for (const auto* key : {"o1", "o2", "o3"}) {
    const auto entity = static_cast<std::uint64_t>(key[1]);
    subject.to().submit(work(subject.to(), seen, entity, key));
  }
  subject.to().submit(work(subject.to(), seen, 100, "e1", urgency::emergency));
  subject.to().submit(work(subject.to(), seen, 101, "e2", urgency::emergency));
  subject.flush();
  CHECK(flat(subject.gate.groups()) == std::vector<bytes>{"e1", "e2", "o1", "o2", "o3"});
}

BOTH_WRITERS("an emergency takes along what its entity submitted before") {
  outcomes seen;
  TestType subject(writer_options{.max_group_transactions = 3});
  auto& to = subject.to();
  to.submit(work(to, seen, 7, "other1"));
  to.submit(work(to, seen, 1, "mine1"));
  to.submit(work(to, seen, 8, "other2"));
  to.submit(work(to, seen, 1, "mine2"));
  to.submit(work(to, seen, 1, "alert", urgency::emergency));
  to.submit(work(to, seen, 1, "later"));
  subject.flush();
  CHECK(flat(subject.gate.groups()) ==
        std::vector<bytes>{"mine1", "mine2", "alert", "other1", "other2", "later"});
}

BOTH_WRITERS("groups respect their limits, and one large submission still goes") {
  outcomes seen;
  TestType subject(writer_options{.max_group_transactions = 4, .max_group_bytes = 100});
  auto& to = subject.to();
  for (int i = 0; i < 6; ++i) to.submit(work(to, seen, 1, "s" + std::to_string(i)));
  auto large = work(to, seen, 1, "large");
  large.changes.front().value = bytes(1000, 'x');
  to.submit(std::move(large));
  to.submit(work(to, seen, 1, "last"));
  subject.flush();
  std::vector<std::size_t> sizes;
  for (const auto& g : subject.gate.groups())
    if (!g.empty()) sizes.push_back(g.size());
  CHECK(sizes == std::vector<std::size_t>{4, 2, 1, 1});
  CHECK(seen.size() == 8);
}

BOTH_WRITERS("when a group fails, what waits behind it fails too and nothing of it is written") {
  outcomes seen;
  TestType subject(writer_options{.max_group_transactions = 2});
  auto& to = subject.to();
  // The thread's own first commit is held at the gate, so it is the one that fails there.
  subject.gate.inner.fail_next(errc::storage);
  for (const auto* key : {"a", "b", "c", "d"}) to.submit(work(to, seen, 1, key));
  subject.flush();
  CHECK(seen.all() ==
        pairs{{"a", "storage"}, {"b", "storage"}, {"c", "storage"}, {"d", "storage"}});
  CHECK(to.generation() == 1);
  CHECK(must(subject.gate.scan(table::facts, "", end_of_table, 9, false)).empty());
}

TEST_CASE("what was decided before a failure is refused after it, at once") {
  outcomes seen;
  memory_journal j;
  stepped_writer to(j);
  auto before = work(to, seen, 2, "old");
  j.fail_next(errc::storage_full);
  to.submit(work(to, seen, 1, "fails"));
  to.step();
  to.submit(std::move(before));
  CHECK(seen.all() == pairs{{"fails", "storage_full"}, {"old", "unavailable"}});
  to.submit(work(to, seen, 2, "new"));
  to.step();
  CHECK(seen.all().back() == std::pair<std::string, std::string>{"new", "done"});
  CHECK(must(j.get(table::facts, "old")) == std::nullopt);
}

BOTH_WRITERS("a full lane refuses at once, the other lane goes on, and later there is room") {
  outcomes seen;
  TestType subject(writer_options{.max_queued = 2});
  auto& to = subject.to();
  for (const auto* key : {"a", "b", "c"}) to.submit(work(to, seen, 1, key));
  CHECK(seen.all() == pairs{{"c", "too_many"}});
  to.submit(work(to, seen, 2, "e", urgency::emergency));
  CHECK(seen.size() == 1);
  CHECK(to.generation() == 0);
  subject.flush();
  CHECK(seen.size() == 4);
}

TEST_CASE("a lane is full in octets too") {
  outcomes seen;
  memory_journal j;
  stepped_writer to(j, {.max_queued_bytes = 10});
  to.submit(work(to, seen, 1, "12345678"));
  to.submit(work(to, seen, 1, "12"));
  CHECK(seen.all() == pairs{{"12", "too_many"}});
  to.run();
  to.submit(work(to, seen, 1, "34"));
  to.run();
  CHECK(seen.all().back() == std::pair<std::string, std::string>{"34", "done"});
}

TEST_CASE("a lane that is empty takes one submission however long it is") {
  outcomes seen;
  memory_journal j;
  stepped_writer to(j, {.max_queued_bytes = 4});
  to.submit(work(to, seen, 1, "12345678"));
  to.submit(work(to, seen, 1, "1"));
  CHECK(seen.all() == pairs{{"1", "too_many"}});
  to.run();
  CHECK(seen.all().back() == std::pair<std::string, std::string>{"12345678", "done"});
}

BOTH_WRITERS("a submission that no journal takes is refused alone") {
  outcomes seen;
  TestType subject;
  auto& to = subject.to();
  to.submit(work(to, seen, 1, "fine"));
  to.submit(work(to, seen, 2, std::string(600, 'k')));
  subject.flush();
  CHECK(seen.all() == pairs{{std::string(600, 'k'), "too_large"}, {"fine", "done"}});
}

TEST_CASE("stopping commits what waits, and refuses what comes later") {
  outcomes seen;
  gated_journal gate;
  threaded_writer to(gate);
  gate.close_gate();
  for (int i = 0; i < 50; ++i) to.submit(work(to, seen, 1, "k" + std::to_string(i)));
  gate.open_gate();
  to.stop();
  CHECK(seen.size() == 50);
  CHECK(must(gate.scan(table::facts, "", end_of_table, 100, false)).size() == 50);
  to.submit(work(to, seen, 1, "late"));
  CHECK(seen.all().back() == std::pair<std::string, std::string>{"late", "unavailable"});
  to.stop();
}

TEST_CASE("a writer takes again when there is room again") {
  outcomes seen;
  memory_journal j;
  threaded_writer to(j);
  j.set_capacity(0);
  to.submit(work(to, seen, 1, "full"));
  while (seen.size() < 1) std::this_thread::yield();
  j.set_capacity(~std::uint64_t{0});
  to.submit(work(to, seen, 1, "room"));
  to.stop();
  CHECK(seen.all() == pairs{{"full", "storage_full"}, {"room", "done"}});
  CHECK(to.generation() == 1);
}

TEST_CASE("a done may submit again, on both writers") {
  memory_journal j;
  int rounds = 0;
  std::function<void(writer&)> next = [&](writer& to) {
    to.submit({urgency::ordinary,
               1,
               to.generation(),
               {operation::put(table::facts, "k" + std::to_string(rounds), "v")},
               [&](const result<void>& r) {
                 must(r);
                 if (++rounds % 10 != 0) next(to);
               }});
  };
  stepped_writer stepped(j);
  next(stepped);
  CHECK(stepped.run() == 10);
  {
    threaded_writer threaded(j);
    next(threaded);
    while (must(j.scan(table::facts, "", end_of_table, 100)).size() < 20) std::this_thread::yield();
  }
  CHECK(rounds == 20);
}

TEST_CASE("what a crash abandons is neither written nor answered") {
  outcomes seen;
  memory_journal j;
  stepped_writer to(j);
  to.submit(work(to, seen, 1, "a"));
  to.submit(work(to, seen, 1, "b", urgency::emergency));
  CHECK(to.queued() == 2);
  to.abandon();
  CHECK(to.run() == 0);
  CHECK(seen.size() == 0);
  to.submit(work(to, seen, 1, "c"));
  CHECK(to.run() == 1);
}

TEST_CASE("a step in three parts: what comes meanwhile is of the next group") {
  outcomes seen;
  memory_journal j;
  stepped_writer to(j);
  CHECK_FALSE(to.take());
  to.submit(work(to, seen, 1, "a"));
  CHECK(to.take());
  to.submit(work(to, seen, 1, "b"));
  CHECK(to.queued() == 1);
  CHECK(must(j.get(table::facts, "a")) == std::nullopt);
  CHECK(to.tell() == 0); // not tried yet
  to.commit();
  to.commit();
  CHECK(must(j.get(table::facts, "a")) != std::nullopt);
  CHECK(seen.size() == 0);
  CHECK(to.tell() == 1);
  CHECK(seen.all() == pairs{{"a", "done"}});
  CHECK(must(j.get(table::facts, "b")) == std::nullopt);
  CHECK(to.run() == 1);
}

TEST_CASE("a commit that fails takes along what came while it was tried") {
  outcomes seen;
  memory_journal j;
  stepped_writer to(j);
  to.submit(work(to, seen, 1, "a"));
  to.take();
  j.fail_next(errc::storage);
  to.commit();
  to.submit(work(to, seen, 2, "b"));
  CHECK(to.tell() == 2);
  CHECK(seen.all() == pairs{{"a", "storage"}, {"b", "storage"}});
  CHECK(to.generation() == 1);
}

TEST_CASE("a writer counts what it does") {
  outcomes seen;
  memory_journal j;
  metric_registry metrics;
  stepped_writer to(j, {.max_queued = 3}, &metrics);
  for (const auto* key : {"a", "b", "c", "d"}) to.submit(work(to, seen, 1, key));
  to.run();
  j.fail_next(errc::storage);
  to.submit(work(to, seen, 1, "e"));
  to.run();
  CHECK(metrics.get_counter("loa_journal_commits_total", "").value() == 1);
  CHECK(metrics.get_counter("loa_journal_errors_total", "").value() == 1);
  CHECK(metrics.get_counter("loa_journal_refused_total", "").value() == 1);
  CHECK(metrics.get_histogram("loa_journal_group_size", "").read().sum == 4);
}

// The invariant that generations are for: each entity's facts on disk are 1, 2, 3… without a gap,
// although commits fail at random and entities decide ahead of their commits.
TEST_CASE("no fact is ever written that rests on a lost one") {
  struct entity {
    std::mutex mutex;
    std::uint64_t next = 1; // the next fact to decide
    std::uint64_t committed = 0;
    std::uint64_t generation = 0; // under which what is in memory was decided
  };
  memory_journal j;
  std::map<std::uint64_t, entity> entities;
  for (std::uint64_t e = 0; e < 8; ++e) entities[e];
  const auto name_of = [](std::uint64_t e) {
    return name::of("unit", must(path::parse("u" + std::to_string(e))));
  };
  {
    threaded_writer to(j, {.max_group_transactions = 5, .max_queued = 64});
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 2; ++t)
      threads.emplace_back([&, t] {
        seeded_random random(t + 1);
        const auto busy = [&] {
          for (auto e = t * 4; e < t * 4 + 4; ++e) {
            std::lock_guard lock(entities[e].mutex);
            if (entities[e].committed < 300) return true;
          }
          return false;
        };
        for (int i = 0; i < 5'000'000 && busy(); ++i) {
          const auto e = t * 4 + random.below(4);
          auto& me = entities[e];
          std::unique_lock lock(me.mutex);
          if (me.generation != to.generation()) {
            // Reload: what was not committed is forgotten.
            const auto now = to.generation();
            lock.unlock();
            const auto stored = load_entity(j, name_of(e));
            lock.lock();
            if (now != to.generation() || !stored || stored->last_seq != me.committed) continue;
            me.next = me.committed + 1;
            me.generation = now;
          }
          const auto seq = me.next++;
          submission s{random.chance(0.1) ? urgency::emergency : urgency::ordinary,
                       e,
                       me.generation,
                       {operation::put(table::facts, fact_key(name_of(e), seq), "v")},
                       {}};
          bool refused = false;
          s.done = [&me, &refused, seq, here = std::this_thread::get_id()](const result<void>& r) {
            if (!r && std::this_thread::get_id() == here) {
              refused = true;
              return;
            }
            std::lock_guard inner(me.mutex);
            if (r) me.committed = seq;
          };
          lock.unlock();
          to.submit(std::move(s));
          lock.lock();
          if (refused && me.next == seq + 1) me.next = seq;
          lock.unlock();
          if (refused) std::this_thread::yield();
          if (!refused && random.chance(0.005)) j.fail_next(errc::storage);
        }
      });
    for (auto& t : threads) t.join();
    CHECK(to.generation() > 3);
  }
  for (auto& [e, me] : entities) {
    const auto stored = load_entity(j, name_of(e));
    REQUIRE(stored);
    CHECK(stored->last_seq == me.committed);
    CHECK(stored->last_seq >= 300);
  }
}
