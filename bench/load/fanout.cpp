#include <bench/load/fanout.hpp>
#include <bench/load/row.hpp>
#include <bench/measure/machine.hpp>
#include <bench/measure/spread.hpp>

#include <algorithm>
#include <cmath>

namespace loa::bench {

namespace {

using steady = crowd::steady;
constexpr auto pause = std::chrono::milliseconds(300);

std::uint64_t memory_of(const std::vector<int>& processes) {
  std::uint64_t sum = 0;
  for (const auto p : processes) sum += resident_memory(p);
  return sum;
}

double median_ms(const histogram& h) {
  return static_cast<double>(h.at(0.5)) / 1e6;
}

/// One run, part after part.
class fanout_run {
public:
  fanout_run(const fanout_plan& p, const fanout_ends& at, const std::function<bool()>& stopped)
      : plan_(p),
        at_(at),
        stopped_(stopped),
        memory_before_(memory_of(at.processes)),
        all_({at.host, at.ports, p.connections(), p.slow, p.devices, 200, p.ramp}, *at.subscribers,
             at.devices.get()) {}

  result<void> connect() {
    const auto began = steady::now();
    if (auto good = all_.connect(plan_.patience, stopped_); !good) return good.error();
    connect_ = steady::now() - began;
    auto source =
        publishing::open(at_.host, at_.publish_at, 4, at_.publisher, plan_.patience, stopped_);
    if (!source) return source.error();
    source_ = *std::move(source);
    if (plan_.beside <= 0) return {};
    auto beside = publishing::open(at_.host, at_.publish_at, 4, at_.publisher_beside,
                                   plan_.patience, stopped_);
    if (!beside) return beside.error();
    beside_source_ = *std::move(beside);
    return {};
  }

  void warm_up(const std::string& mark) {
    all_.listen(steady::now() + pause);
    carry(row_of(plan_.rate, mark + "-w-", plan_.warm_up), all_, *source_, plan_.patience,
          stopped_);
    if (beside_source_) {
      const auto r =
          row_of(std::max(plan_.beside, 50.0), mark + "-v-", std::min(plan_.topics, few_beside));
      all_.expect({}, {});
      all_.expect_beside(r.plan.mark, r.meant, plan_.topics);
      beside_source_->begin(r.plan);
      finish_beside(r);
    }
    all_.listen(steady::now() + pause);
  }

  void measure(const std::string& mark) {
    const noise_watch noise(at_.processes);
    const auto worked_before = worked();
    measured_ = row_of(plan_.rate, mark + "-m-", plan_.messages);
    if (beside_source_) {
      beside_ = row_of(plan_.beside, mark + "-b-", plan_.messages_beside());
      beside_source_->begin(beside_.plan);
    }
    carry(measured_, all_, *source_, plan_.patience, stopped_, [this] {
      if (beside_source_) all_.expect_beside(beside_.plan.mark, beside_.meant, plan_.topics);
    });
    if (beside_source_) finish_beside(beside_);
    worked_ = std::max(0.0, worked() - worked_before);
    // The generator's share of the time in which messages were under way, not of the pauses.
    disturbed_ = noise.since(std::chrono::nanoseconds(0));
    disturbed_.generator_busy = std::chrono::duration<double>(all_.busy()) /
                                std::max(std::chrono::duration<double>(all_.under_way()),
                                         std::chrono::duration<double>(1e-9));
  }

  [[nodiscard]] std::string failure() const {
    if (!source_->first_failure().empty()) return source_->first_failure();
    return beside_source_ ? beside_source_->first_failure() : std::string();
  }

  [[nodiscard]] repetition outcome() const {
    repetition out;
    out.disturbed = disturbed_;
    add_deliveries(out);
    if (at_.devices) add_devices(out);
    if (beside_source_) add_beside(out);
    if (plan_.ramp > 0) {
      const auto& times = all_.connecting_times();
      out.figures.push_back({"connected", "ms", median_ms(times), better::lower});
      out.figures.push_back({"refused", "", static_cast<double>(all_.refused()), better::lower});
      out.latencies.push_back({"connecting", times.to_sparse()});
    }
    return out;
  }

private:
  /// So many messages beside come before anything is counted, at most.
  static constexpr std::size_t few_beside = 20;

  [[nodiscard]] double worked() const {
    return at_.processes.empty() ? 0 : thread_seconds(at_.processes.front());
  }

  void finish_beside(const row& r) {
    const auto end = std::max(steady::now(), r.meant.back()) + plan_.patience;
    while (all_.missing_beside() > 0 && steady::now() < end && !stopped_())
      all_.listen_beside(std::min(end, steady::now() + std::chrono::milliseconds(100)));
    if (stopped_()) beside_source_->stop();
    beside_source_->finish(std::chrono::seconds(5), stopped_);
  }

  /// From the intended times to the last of so many, the median over the messages. A message that
  /// not all got has no last of all: it counts as long as it was waited for.
  [[nodiscard]] double last_of(std::size_t count,
                               const std::function<const arrivals&(std::size_t)>& of) const {
    std::vector<double> last;
    for (std::size_t n = 0; n < plan_.messages; ++n)
      if (const auto& a = of(n); a.count > 0)
        last.push_back(a.count == count ? in_ms(a.last - measured_.meant[n])
                                        : in_ms(plan_.patience));
    return last.empty() ? in_ms(plan_.patience) : spread_of(last).median;
  }

  void add_deliveries(repetition& out) const {
    std::vector<double> first;
    std::size_t missed = 0;
    histogram deliveries;
    for (std::size_t n = 0; n < plan_.messages; ++n) {
      const auto& a = all_.of(n);
      missed += all_.quick() - a.count;
      deliveries.merge(a.latencies);
      if (a.count > 0) first.push_back(in_ms(a.first - measured_.meant[n]));
    }
    const auto& accepted = source_->answers();
    const auto last =
        last_of(all_.quick(), [this](std::size_t n) -> const arrivals& { return all_.of(n); });
    out.figures = {
        {"last", "ms", last, better::lower},
        {"first", "ms", spread_of(first).median, better::lower},
        {"accepted", "ms", median_ms(accepted), better::lower},
        {"connect", "s", in_ms(connect_) / 1000, better::lower},
        {"missed", "", static_cast<double>(missed), better::lower},
        {"repeated", "", static_cast<double>(all_.repeated()), better::lower},
        {"failed", "", static_cast<double>(all_.failures()), better::lower},
        {"message", "B", static_cast<double>(all_.message_octets()), better::neither},
        {"late sending", "ms", in_ms(source_->latest()), better::neither},
    };
    if (!at_.processes.empty() && !beside_source_)
      out.figures.push_back({"processor time per message", "ms",
                             1000 * worked_ / static_cast<double>(plan_.messages), better::lower});
    if (const auto memory = memory_of(at_.processes); memory > memory_before_)
      out.figures.push_back(
          {"memory per connection", "B",
           static_cast<double>(memory - memory_before_) / static_cast<double>(plan_.connections()),
           better::lower});
    out.latencies.push_back({"delivery", deliveries.to_sparse()});
    out.latencies.push_back({"accepted", accepted.to_sparse()});
  }

  void add_devices(repetition& out) const {
    histogram deliveries;
    for (std::size_t n = 0; n < plan_.messages; ++n) deliveries.merge(all_.apart(n).latencies);
    const auto last =
        last_of(plan_.devices, [this](std::size_t n) -> const arrivals& { return all_.apart(n); });
    out.figures.push_back({"last to devices", "ms", last, better::lower});
    out.latencies.push_back({"delivery to devices", deliveries.to_sparse()});
  }

  void add_beside(repetition& out) const {
    histogram deliveries;
    for (std::size_t n = 0; n < beside_.meant.size(); ++n)
      deliveries.merge(all_.beside(n).latencies);
    out.figures.push_back({"background", "ms", median_ms(deliveries), better::lower});
    out.figures.push_back(
        {"missed of background", "", static_cast<double>(all_.missing_beside()), better::lower});
    out.figures.push_back(
        {"late sending of background", "ms", in_ms(beside_source_->latest()), better::neither});
    out.latencies.push_back({"delivery of background", deliveries.to_sparse()});
  }

  const fanout_plan& plan_;
  const fanout_ends& at_;
  const std::function<bool()>& stopped_;
  std::uint64_t memory_before_;
  crowd all_;
  steady::duration connect_{};
  std::unique_ptr<publishing> source_;
  std::unique_ptr<publishing> beside_source_;
  row measured_;
  row beside_;
  double worked_ = 0;
  disturbance disturbed_;
};

} // namespace

std::size_t fanout_plan::messages_beside() const {
  if (beside <= 0) return 0;
  return std::max<std::size_t>(
      1, static_cast<std::size_t>(std::llround(beside * static_cast<double>(messages) / rate)));
}

result<repetition> run_fanout(const fanout_plan& p, const fanout_ends& at, const std::string& mark,
                              const std::function<bool()>& stopped) {
  fanout_run run(p, at, stopped);
  if (auto good = run.connect(); !good) return good.error();
  run.warm_up(mark);
  if (!stopped()) run.measure(mark);
  if (stopped()) return error{errc::unavailable, "Stopped.", {}};
  if (const auto why = run.failure(); !why.empty())
    return error{errc::unavailable, "Publishing failed: " + why, {}};
  return run.outcome();
}

} // namespace loa::bench
