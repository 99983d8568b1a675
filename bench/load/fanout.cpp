#include <bench/load/fanout.hpp>
#include <bench/load/row.hpp>
#include <bench/measure/machine.hpp>
#include <bench/measure/spread.hpp>

namespace loa::bench {

namespace {

using steady = crowd::steady;

std::uint64_t memory_of(const std::vector<int>& processes) {
  std::uint64_t sum = 0;
  for (const auto p : processes) sum += resident_memory(p);
  return sum;
}

} // namespace

result<repetition> run_fanout(const fanout_plan& p, const fanout_ends& at, const std::string& mark,
                              const std::function<bool()>& stopped) {
  const auto memory_before = memory_of(at.processes);
  crowd all({at.host, at.ports, p.subscribers, p.slow}, *at.subscribers);
  const auto begin = steady::now();
  if (auto good = all.connect(p.patience, stopped); !good) return good.error();
  const auto connected = steady::now();
  auto source = publishing::open(at.host, at.publish_at, 4, at.publisher, p.patience, stopped);
  if (!source) return source.error();
  all.listen(steady::now() + std::chrono::milliseconds(300));

  carry(row_of(p.rate, mark + "-w-", p.warm_up), all, **source, p.patience, stopped);
  all.listen(steady::now() + std::chrono::milliseconds(300));
  const auto worked = [&] {
    return at.processes.empty() ? 0 : thread_seconds(at.processes.front());
  };
  const noise_watch noise(at.processes);
  const auto worked_before = worked();
  const auto measured = row_of(p.rate, mark + "-m-", p.messages);
  carry(measured, all, **source, p.patience, stopped);
  const auto worked_after = worked();
  if (stopped()) return error{errc::unavailable, "Stopped.", {}};
  if (!(*source)->first_failure().empty())
    return error{errc::unavailable, "Publishing failed: " + (*source)->first_failure(), {}};

  repetition out;
  // The generator's share of the time in which messages were under way, not of the pauses between.
  out.disturbed = noise.since(std::chrono::nanoseconds(0));
  out.disturbed.generator_busy =
      std::chrono::duration<double>(all.busy()) /
      std::max(std::chrono::duration<double>(all.under_way()), std::chrono::duration<double>(1e-9));
  std::vector<double> first;
  std::vector<double> last;
  std::size_t missed = 0;
  histogram deliveries;
  for (std::size_t n = 0; n < p.messages; ++n) {
    const auto& a = all.of(n);
    missed += all.quick() - a.count;
    deliveries.merge(a.latencies);
    if (a.count == 0) continue;
    first.push_back(in_ms(a.first - measured.meant[n]));
    // A message that not all got has no last of all: it counts as long as it was waited for.
    last.push_back(a.count == all.quick() ? in_ms(a.last - measured.meant[n])
                                          : in_ms(std::chrono::seconds(p.patience)));
  }
  const auto memory = memory_of(at.processes);
  const auto accepted = (*source)->answers();
  out.figures = {
      {"last", "ms", spread_of(last).median, better::lower},
      {"first", "ms", spread_of(first).median, better::lower},
      {"accepted", "ms", static_cast<double>(accepted.at(0.5)) / 1e6, better::lower},
      {"connect", "s", in_ms(connected - begin) / 1000, better::lower},
      {"missed", "", static_cast<double>(missed), better::lower},
      {"repeated", "", static_cast<double>(all.repeated()), better::lower},
      {"failed", "", static_cast<double>(all.failures()), better::lower},
      {"message", "B", static_cast<double>(all.message_octets()), better::neither},
      {"late sending", "ms", in_ms((*source)->latest()), better::neither},
  };
  if (!at.processes.empty())
    out.figures.push_back(
        {"processor time per message", "ms",
         1000 * std::max(0.0, worked_after - worked_before) / static_cast<double>(p.messages),
         better::lower});
  if (memory > memory_before && !at.processes.empty())
    out.figures.push_back(
        {"memory per connection", "B",
         static_cast<double>(memory - memory_before) / static_cast<double>(p.subscribers),
         better::lower});
  out.latencies.push_back({"delivery", deliveries.to_sparse()});
  out.latencies.push_back({"accepted", accepted.to_sparse()});
  return out;
}

} // namespace loa::bench
