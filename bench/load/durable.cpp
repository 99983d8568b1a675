#include <bench/load/durable.hpp>
#include <bench/load/row.hpp>
#include <bench/measure/machine.hpp>

namespace loa::bench {

namespace {

using steady = crowd::steady;
using namespace std::chrono_literals;

constexpr auto pause = 300ms;

/// Both parts of one repetition, on the same connections.
class publish_run {
public:
  publish_run(const publish_plan& p, crowd& all, publishing& source,
              const std::function<bool()>& stopped)
      : plan_(p),
        all_(all),
        source_(source),
        stopped_(stopped) {}

  void at_rate(const std::string& mark, repetition& into) {
    carry(row_of(plan_.rate, mark + "-w-", publish_plan::warm_up_slow), all_, source_,
          plan_.patience, stopped_);
    all_.listen(steady::now() + pause);
    const auto r = row_of(plan_.rate, mark + "-m-", plan_.at_rate());
    carry(r, all_, source_, plan_.patience, stopped_);
    note_work();
    histogram deliveries;
    for (std::size_t n = 0; n < r.meant.size(); ++n) {
      const auto& a = all_.of(n);
      missed_ += all_.quick() - a.count;
      deliveries.merge(a.latencies);
    }
    const auto answers = source_.answers();
    into.figures = {
        {"accepted", "ms", static_cast<double>(answers.at(0.5)) / 1e6, better::lower},
        {"delivered", "ms", static_cast<double>(deliveries.at(0.5)) / 1e6, better::lower},
    };
    late_ = source_.latest();
    into.latencies = {{"accepted", answers.to_sparse()}, {"delivery", deliveries.to_sparse()}};
  }

  void as_fast_as_can_be(const std::string& mark, repetition& into) {
    crowded(mark + "-v-", 500ms, publish_plan::warm_up_fast);
    all_.listen(steady::now() + pause);
    const auto began = crowded(mark + "-f-", plan_.lasts, plan_.most);
    const auto last = source_.last_answer();
    const auto seconds = std::chrono::duration<double>(last - began).count();
    const auto answered = static_cast<double>(source_.answered());
    note_work();
    const auto wanted = source_.answered() * all_.quick();
    missed_ += wanted - std::min(wanted, all_.counted());
    if (answered > 0 && seconds > 0) {
      into.figures.push_back({"published", "1/s", answered / seconds, better::higher});
      into.figures.push_back(
          {"time per publication", "us", seconds / answered * 1e6, better::lower});
    }
    into.figures.push_back(
        {"behind", "ms", std::max(0.0, in_ms(all_.last_counted() - last)), better::lower});
    into.latencies.push_back({"accepted at full speed", source_.answers().to_sparse()});
  }

  void finish(repetition& into) const {
    const auto number = [](std::size_t n) { return static_cast<double>(n); };
    into.figures.push_back({"missed", "", number(missed_), better::lower});
    into.figures.push_back({"repeated", "", number(all_.repeated()), better::lower});
    into.figures.push_back({"failed", "", number(all_.failures()), better::lower});
    into.figures.push_back({"message", "B", number(all_.message_octets()), better::neither});
    into.figures.push_back({"late sending", "ms", in_ms(late_), better::neither});
    into.disturbed.generator_busy = under_way_ > 0ns ? std::chrono::duration<double>(busy_) /
                                                           std::chrono::duration<double>(under_way_)
                                                     : 0;
  }

private:
  /// Keeps publications under way for that long or that many, and then listens until all came or
  /// patience ends.
  steady::time_point crowded(const std::string& mark, std::chrono::nanoseconds lasts,
                             std::size_t most) {
    publishing::plan p;
    p.mark = mark;
    p.messages = most;
    p.in_flight = plan_.in_flight;
    p.begin = steady::now();
    p.end = p.begin + lasts;
    all_.count(mark);
    source_.begin(p);
    // Listening goes on while the last answers come, as it would elsewhere.
    const auto last_answer = p.end + plan_.patience;
    while (!source_.ended() && steady::now() < last_answer && !stopped_())
      all_.listen(steady::now() + 5ms);
    if (stopped_()) source_.stop();
    source_.finish(0s);
    const auto until = steady::now() + plan_.patience;
    while (all_.counted() < source_.answered() * all_.quick() && all_.failures() == 0 &&
           steady::now() < until && !stopped_())
      all_.listen(steady::now() + 5ms);
    return p.begin;
  }

  void note_work() {
    under_way_ += all_.under_way();
    busy_ += all_.busy();
  }

  const publish_plan& plan_;
  crowd& all_;
  publishing& source_;
  const std::function<bool()>& stopped_;
  std::size_t missed_ = 0;
  std::chrono::nanoseconds late_{0};
  std::chrono::nanoseconds under_way_{0};
  std::chrono::nanoseconds busy_{0};
};

} // namespace

result<repetition> run_publish(const publish_plan& p, const publish_ends& at,
                               const std::string& mark, const std::function<bool()>& stopped) {
  crowd all({at.host, {at.port}, p.listeners}, *at.listeners);
  if (auto good = all.connect(p.patience, stopped); !good) return good.error();
  auto source =
      publishing::open(at.host, at.port, p.connections, at.publisher, p.patience, stopped);
  if (!source) return source.error();
  all.listen(steady::now() + pause);
  const noise_watch noise(at.processes());
  repetition out;
  publish_run run(p, all, **source, stopped);
  run.at_rate(mark, out);
  if (!stopped()) run.as_fast_as_can_be(mark, out);
  if (stopped()) return error{errc::unavailable, "Stopped.", {}};
  if (!(*source)->first_failure().empty())
    return error{errc::unavailable, "Publishing failed: " + (*source)->first_failure(), {}};
  out.disturbed = noise.since(0ns);
  run.finish(out);
  return out;
}

} // namespace loa::bench
