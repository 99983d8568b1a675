#include <bench/load/protocol.hpp>
#include <bench/measure/machine.hpp>
#include <bench/peers/raw_lmdb.hpp>
#include <bench/scenario/journal.hpp>
#include <loa/store/lmdb_journal.hpp>
#include <loa/store/writer.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cmath>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

/// The facts of many entities in turn, under the keys that a journal would give them.
std::vector<stored_fact> make_facts(const journal_options& o) {
  std::vector<stored_fact> out;
  out.reserve(o.facts);
  for (std::size_t i = 0; i < o.facts; ++i)
    out.push_back({fmt::format("79.769.{:05}/", i % o.entities) + big_endian(i / o.entities),
                   filled(fmt::format("fact {}", i), o.octets)});
  return out;
}

store::transaction storing(const stored_fact& f) {
  return {store::operation::put(store::table::facts, f.key, f.value)};
}

/// Passes on and notes how large the groups are.
class noting_journal final : public store::journal {
public:
  explicit noting_journal(store::journal& to) : to_(to) {}
  result<void> commit(std::span<const store::transaction* const> group) override {
    sizes.push_back(group.size());
    return to_.commit(group);
  }
  result<std::optional<bytes>> get(store::table where, bytes_view key) const override {
    return to_.get(where, key);
  }
  result<std::vector<store::item>> scan(store::table where, bytes_view from, bytes_view to,
                                        std::size_t most, bool backwards) const override {
    return to_.scan(where, from, to, most, backwards);
  }
  store::journal_stats stats() const override { return to_.stats(); }

  std::vector<std::size_t> sizes; ///< By the writer's thread; read when it has stopped.

private:
  store::journal& to_;
};

/// Counts what is settled and lets one thread wait for it.
class settling {
public:
  void one(const result<void>& r) {
    const std::lock_guard lock(mutex_);
    ++settled_;
    if (!r && !failure_) failure_ = r.error();
    changed_.notify_one();
  }
  /// Waits until no more than `most` of `submitted` are under way.
  void wait(std::size_t submitted, std::size_t most) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return submitted - settled_ <= most; });
  }
  [[nodiscard]] std::optional<error> failure() const {
    const std::lock_guard lock(mutex_);
    return failure_;
  }

private:
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t settled_ = 0;
  std::optional<error> failure_;
};

/// What the contenders share: the facts, and how ours were grouped last.
struct bench_of_facts {
  explicit bench_of_facts(const journal_options& o) : options(o), facts(make_facts(o)) {}
  journal_options options;
  std::vector<stored_fact> facts;
  std::vector<std::size_t> batches;
};

result<std::unique_ptr<store::journal>> fresh_journal(conductor& c) {
  auto where = c.directory("journal");
  if (!where) return where.error();
  store::lmdb_options o;
  o.directory = where->string();
  o.node = "bench";
  return store::open_lmdb(o);
}

void add_pace(repetition& to, double seconds, std::size_t facts) {
  to.figures.push_back(
      {"time per fact", "us", seconds * 1e6 / static_cast<double>(facts), better::lower});
  to.figures.push_back({"facts", "1/s", static_cast<double>(facts) / seconds, better::higher});
}

class group_commit final : public contender {
public:
  explicit group_commit(std::shared_ptr<bench_of_facts> b) : bench_(std::move(b)) {}
  std::string name() const override { return "group commit"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"durable", "fsync at each commit"},
            {"in flight", std::to_string(bench_->options.in_flight)}};
  }

  result<repetition> measure(std::size_t, conductor& c) override {
    auto opened = fresh_journal(c);
    if (!opened) return opened.error();
    repetition out;
    const noise_watch noise({});
    if (auto good = flood(**opened, c, out); !good) return good.error();
    if (auto good = pace(**opened, c, out); !good) return good.error();
    out.disturbed = noise.since(0ns);
    out.disturbed.generator_cpu = 0; // the measured works in this process
    return out;
  }

private:
  result<void> flood(store::journal& j, const conductor& c, repetition& out) {
    const auto& o = bench_->options;
    noting_journal noting(j);
    settling all;
    steady::duration took{};
    {
      store::threaded_writer writer(noting);
      const auto begin = steady::now();
      for (std::size_t i = 0; i < bench_->facts.size(); ++i) {
        if (c.stopped()) return error{errc::unavailable, "Stopped.", {}};
        all.wait(i, o.in_flight - 1);
        writer.submit({store::urgency::ordinary, i % o.entities, 0, storing(bench_->facts[i]),
                       [&all](const result<void>& r) { all.one(r); }});
      }
      all.wait(bench_->facts.size(), 0);
      took = steady::now() - begin;
      writer.stop();
    }
    if (auto f = all.failure()) return *f;
    add_pace(out, std::chrono::duration<double>(took).count(), bench_->facts.size());
    out.figures.push_back(
        {"facts in a commit", "",
         static_cast<double>(bench_->facts.size()) / static_cast<double>(noting.sizes.size()),
         better::neither});
    bench_->batches = std::move(noting.sizes);
    return {};
  }

  /// Facts at a fixed rate; latencies count from when each was due.
  result<void> pace(store::journal& j, const conductor& c, repetition& out) {
    const auto& o = bench_->options;
    const auto count = static_cast<std::size_t>(o.rate * o.seconds);
    const auto every = std::chrono::nanoseconds(std::llround(1e9 / o.rate));
    histogram latencies; // by the writer's thread
    settling all;
    {
      store::threaded_writer writer(j);
      const auto begin = steady::now() + 5ms;
      for (std::size_t i = 0; i < count; ++i) {
        if (c.stopped()) return error{errc::unavailable, "Stopped.", {}};
        const auto due = begin + every * static_cast<std::int64_t>(i);
        if (const auto now = steady::now(); now < due) std::this_thread::sleep_until(due);
        writer.submit({store::urgency::ordinary, i % o.entities, 0,
                       storing(bench_->facts[i % bench_->facts.size()]),
                       [&all, &latencies, due](const result<void>& r) {
                         latencies.record(static_cast<std::uint64_t>(
                             std::chrono::nanoseconds(steady::now() - due).count()));
                         all.one(r);
                       }});
      }
      all.wait(count, 0);
      writer.stop();
    }
    if (auto f = all.failure()) return *f;
    out.latencies.push_back({"committed", latencies.to_sparse()});
    return {};
  }

  std::shared_ptr<bench_of_facts> bench_;
};

class raw_lmdb final : public contender {
public:
  explicit raw_lmdb(std::shared_ptr<bench_of_facts> b) : bench_(std::move(b)) {}
  std::string name() const override { return "raw LMDB"; }
  result<std::string> version() override { return lmdb_version(); }
  std::vector<setting> settings() const override {
    return {{"durable", "fsync at each commit"},
            {"batches", "as large as the last ones of group commit"}};
  }
  result<repetition> measure(std::size_t, conductor& c) override {
    auto where = c.directory("raw");
    if (!where) return where.error();
    const noise_watch noise({});
    const auto took = write_with_lmdb(*where, bench_->facts, bench_->batches);
    if (!took) return took.error();
    repetition out;
    add_pace(out, *took, bench_->facts.size());
    out.disturbed = noise.since(0ns);
    out.disturbed.generator_cpu = 0;
    return out;
  }

private:
  std::shared_ptr<bench_of_facts> bench_;
};

class commit_each final : public contender {
public:
  explicit commit_each(std::shared_ptr<bench_of_facts> b) : bench_(std::move(b)) {}
  std::string name() const override { return "one commit per fact"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override { return {{"durable", "fsync at each commit"}}; }
  result<repetition> measure(std::size_t, conductor& c) override {
    auto journal = fresh_journal(c);
    if (!journal) return journal.error();
    const auto count = std::min(bench_->options.single, bench_->facts.size());
    histogram latencies;
    const noise_watch noise({});
    const auto begin = steady::now();
    for (std::size_t i = 0; i < count; ++i) {
      const auto before = steady::now();
      if (auto good = store::commit(**journal, storing(bench_->facts[i])); !good)
        return good.error();
      latencies.record(
          static_cast<std::uint64_t>(std::chrono::nanoseconds(steady::now() - before).count()));
    }
    repetition out;
    add_pace(out, std::chrono::duration<double>(steady::now() - begin).count(), count);
    out.latencies.push_back({"committed", latencies.to_sparse()});
    out.disturbed = noise.since(0ns);
    out.disturbed.generator_cpu = 0;
    return out;
  }

private:
  std::shared_ptr<bench_of_facts> bench_;
};

} // namespace

result<void> check(const journal_options& o) {
  const auto need = o.facts * (o.octets + 200);
  if (const auto here = room_here(); need > here.memory)
    return error{errc::rule,
                 fmt::format("{} facts of {} octets need some {} MB of memory, and {} MB are free; "
                             "measure with fewer --facts or --octets.",
                             o.facts, o.octets, need / 1'000'000, here.memory / 1'000'000),
                 {}};
  return {};
}

result<void> measure(const journal_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  into.scenario = "journal";
  into.title = fmt::format("{} facts of {} octets into a journal on disk", o.facts, o.octets);
  into.settings = {{"facts", std::to_string(o.facts)},
                   {"octets of a fact", std::to_string(o.octets)},
                   {"entities", std::to_string(o.entities)},
                   {"facts with a commit each", std::to_string(o.single)},
                   {"latencies at", fmt::format("{} facts a second", o.rate)}};
  into.targets = {{"time per fact", "raw LMDB", 1.5}};
  auto shared = std::make_shared<bench_of_facts>(o);
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<group_commit>(shared));
  all.push_back(std::make_unique<raw_lmdb>(shared));
  all.push_back(std::make_unique<commit_each>(shared));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
