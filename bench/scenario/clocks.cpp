#include <bench/load/citizen.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/pipelines.hpp>
#include <bench/load/row.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/clocks.hpp>
#include <bench/scenario/solitary_node.hpp>
#include <loa/base/random.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <thread>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;
constexpr auto patience = 60s;
constexpr std::uint32_t here = 0x7f000001;
constexpr std::size_t most_reports = 10'000'000;
/// Clocks that have not all ended so long after the last one was due never will.
constexpr auto clocks_patience = 3600s;

double seconds(steady::duration d) {
  return std::chrono::duration<double>(d).count();
}

/// What stands behind "key":" in a JSON text.
std::string_view value_in(std::string_view json, std::string_view key) {
  const auto start = fmt::format("\"{}\":\"", key);
  const auto at = json.find(start);
  if (at == std::string_view::npos) return {};
  json.remove_prefix(at + start.size());
  return json.substr(0, json.find('"'));
}

/// One repetition.
class rush {
public:
  rush(const clocks_options& o, conductor& c, std::string mark, repetition& into)
      : options_(o),
        c_(c),
        mark_(std::move(mark)),
        into_(into) {}

  result<void> measure() {
    auto node = solitary_node::prepare(
        c_, options_.hierarchy,
        fmt::format(R"(, "reports": {{"per_minute": 0, "clocks": {{"classify": "{} s"}}}})",
                    options_.clock.count()));
    if (!node) return node.error();
    node_ = &*node;
    if (auto good = node_->start(c_); !good) return good;
    if (auto good = alerts_before(); !good) return good;
    if (auto good = accept(); !good) return good;
    if (auto good = read_all("before kill -9"); !good) return good;
    if (auto good = dead_letters(); !good) return good;
    c_.say("clocks: kill -9, and the node again");
    node_->kill();
    const auto began = steady::now();
    if (auto good = node_->start(c_); !good) return good;
    figure("serving again", "s", seconds(steady::now() - began), better::lower);
    if (auto good = read_all("after kill -9"); !good) return good;
    if (auto good = end_clocks(); !good) return good;
    if (auto good = read_all("at the end"); !good) return good;
    return dead_letters();
  }

private:
  void figure(std::string name, std::string unit, double value, better is) {
    into_.figures.push_back({std::move(name), std::move(unit), value, is});
  }

  /// Alerts from the root while `goes_on`, asked before each; nanoseconds until the last citizen
  /// had each.
  result<histogram> publish_alerts(const std::string& row, const std::function<bool()>& goes_on) {
    const citizens protocol("bench", node_->lowest(), true);
    crowd all({here, {node_->port()}, options_.sessions}, protocol);
    if (auto good = all.connect(patience, c_.stopping()); !good) return good.error();
    auto source = publishing::open(
        here, node_->port(), 1,
        [&] {
          return std::make_unique<alert_poster>(node_->root(), node_->token(), options_.alert);
        },
        patience, c_.stopping());
    if (!source) return source.error();
    histogram last;
    all.listen(steady::now() + 500ms);
    constexpr std::size_t few = 4; // asked in between whether to go on
    const auto warm = carry_few(all, **source, row + "-w-", few, nullptr);
    if (!warm) return warm.error();
    for (std::size_t n = 0; goes_on() && !c_.stopped(); ++n)
      if (auto good = carry_few(all, **source, fmt::format("{}-{:05}-", row, n), few, &last); !good)
        return good.error();
    if (c_.stopped()) return error{errc::unavailable, "Stopped.", {}};
    return last;
  }

  result<void> carry_few(crowd& all, publishing& source, const std::string& row, std::size_t count,
                         histogram* last) {
    const auto r = row_of(1000.0 / static_cast<double>(options_.every.count()), mark_ + row, count);
    carry(r, all, source, patience, c_.stopping());
    if (!source.first_failure().empty())
      return error{errc::unavailable, "An alert was refused: " + source.first_failure(), {}};
    for (std::size_t n = 0; n < count && last != nullptr; ++n) {
      const auto& a = all.of(n);
      missed_ += all.quick() - a.count;
      last->record(a.count < all.quick()
                       ? static_cast<std::uint64_t>(std::chrono::nanoseconds(patience).count())
                       : a.latencies.largest());
    }
    const auto rest = r.meant.back() + options_.every;
    while (steady::now() < rest && !c_.stopped()) all.listen(rest);
    return {};
  }

  void note_alerts(const std::string& when, const histogram& last) {
    figure(fmt::format("last receipt {}", when), "ms", static_cast<double>(last.at(0.5)) / 1e6,
           better::lower);
    into_.latencies.push_back({fmt::format("last receipt {}", when), last.to_sparse()});
  }

  result<void> alerts_before() {
    c_.say(fmt::format("clocks: alerts for {} s", options_.quiet.count()));
    const auto until = steady::now() + options_.quiet;
    auto last = publish_alerts("b", [&] { return steady::now() < until; });
    if (!last) return last.error();
    before_ = *last;
    note_alerts("without", *last);
    return {};
  }

  [[nodiscard]] const std::string& unit_of(std::size_t n) const {
    const auto& all = node_->lowest();
    return options_.one_unit ? all.front() : all[n % all.size()];
  }

  result<void> accept() {
    const auto count =
        static_cast<std::size_t>(options_.rate * static_cast<double>(options_.lasts.count()));
    codes_.assign(count, {});
    auto lines = pipelines::open(here, node_->port(), options_.connections, options_.depth);
    if (!lines) return lines.error();
    std::string refused;
    const auto worked = processor_seconds(node_->process());
    pipelines::row r;
    r.count = count;
    r.rate = options_.rate;
    r.request = [this](std::size_t n) {
      return post_request(
          fmt::format("/v1/units/{}/reports", unit_of(n)), "application/json", {},
          fmt::format(R"({{"citizen":"{}{}","category":"giao-thong","text":"{:-<100}"}})", mark_, n,
                      "Duong ngap sau truoc cho, xe may khong di qua duoc."));
    };
    r.answer = [&](std::size_t n, int status, std::string_view body) {
      if (status == 201)
        codes_[n] = value_in(body, "code");
      else if (refused.empty())
        refused = fmt::format("{} {}", status, body.substr(0, 300));
    };
    r.progress = [&](std::size_t n) { say_progress("accepted", n, count); };
    first_due_ = steady::now() + options_.clock;
    auto done = lines->carry(r, patience, c_.stopping());
    if (!done) return done.error();
    last_due_ = steady::now() + options_.clock;
    if (!refused.empty()) return error{errc::unavailable, "A report was refused: " + refused, {}};
    figure("accepted", "1/s", static_cast<double>(count) / seconds(done->lasted), better::higher);
    figure("accepted after", "ms", static_cast<double>(done->answers.at(0.5)) / 1e6, better::lower);
    figure("late sending", "ms", in_ms(done->latest), better::neither);
    figure("processor time of a report", "us",
           (processor_seconds(node_->process()) - worked) / static_cast<double>(count) * 1e6,
           better::lower);
    into_.latencies.push_back({"accepted", done->answers.to_sparse()});
    return {};
  }

  result<void> read_all(const std::string& when) {
    auto lines = pipelines::open(here, node_->port(), options_.connections, options_.depth);
    if (!lines) return lines.error();
    std::size_t lost = 0;
    std::size_t escalated = 0;
    std::string why;
    pipelines::row r;
    r.count = codes_.size();
    r.request = [this](std::size_t n) {
      return get_request(fmt::format("/v1/reports/{}", codes_[n]), {});
    };
    r.answer = [&](std::size_t n, int status, std::string_view body) {
      if (status != 200 || value_in(body, "code") != codes_[n]) {
        ++lost;
        if (why.empty()) why = fmt::format("{}: {} {}", codes_[n], status, body.substr(0, 300));
      }
      if (value_in(body, "responsible") != unit_of(n)) ++escalated;
    };
    r.progress = [&](std::size_t n) { say_progress(fmt::format("read {}", when), n, r.count); };
    auto done = lines->carry(r, patience, c_.stopping());
    if (!done) return done.error();
    const bool over = when == "at the end";
    figure(fmt::format("lost {}", when), "", static_cast<double>(lost), better::lower);
    figure(fmt::format("read {}", when), "1/s",
           static_cast<double>(r.count) / seconds(done->lasted), better::higher);
    if (lost > 0)
      return error{
          errc::not_found,
          fmt::format("{} of {} accepted reports cannot be read {}; {}", lost, r.count, when, why),
          {}};
    if (!over && steady::now() > first_due_)
      return error{
          errc::rule,
          "Clocks ended while reports were still read back; measure with a longer --clock.",
          {}};
    if (!over) return {};
    figure("not escalated", "", static_cast<double>(r.count - escalated), better::lower);
    if (escalated < r.count)
      return error{errc::internal,
                   fmt::format("{} of {} reports whose clock has ended did not go up.",
                               r.count - escalated, r.count),
                   {}};
    return {};
  }

  result<void> end_clocks() {
    c_.say(fmt::format("clocks: {:.0f} s until the first clock ends",
                       std::max(0.0, seconds(first_due_ - steady::now()))));
    while (steady::now() < first_due_ - 2s && !c_.stopped()) std::this_thread::sleep_for(100ms);
    const auto worked = processor_seconds(node_->process());
    double fired = 0;
    result<void> read;
    auto last = publish_alerts("c", [&] {
      auto now = node_->metric("loa_reminders_fired_total");
      if (!now) read = now.error();
      if (!now || steady::now() > last_due_ + clocks_patience) return false;
      fired = *now;
      c_.say(fmt::format("clocks: {:.0f} of {} have ended", fired, codes_.size()));
      return fired < static_cast<double>(codes_.size());
    });
    if (!last) return last.error();
    if (!read) return read;
    figure("clocks ended after", "s", seconds(steady::now() - first_due_), better::neither);
    note_alerts("while clocks end", *last);
    figure("slower while clocks end", "",
           static_cast<double>(last->at(0.5)) /
               static_cast<double>(std::max<std::uint64_t>(1, before_.at(0.5))),
           better::lower);
    figure("slower while clocks end, p99", "",
           static_cast<double>(last->at(0.99)) /
               static_cast<double>(std::max<std::uint64_t>(1, before_.at(0.99))),
           better::lower);
    figure("alerts missed", "", static_cast<double>(missed_), better::lower);
    figure("processor time of a clock", "us",
           (processor_seconds(node_->process()) - worked) / static_cast<double>(codes_.size()) *
               1e6,
           better::lower);
    figure("memory of the node", "MB", static_cast<double>(resident_memory(node_->process())) / 1e6,
           better::lower);
    return {};
  }

  result<void> dead_letters() {
    const auto dead = node_->metric("loa_dead_letters_total");
    if (!dead) return dead.error();
    dead_ += *dead;
    if (dead_ > 0)
      return error{errc::internal, fmt::format("{:.0f} messages were put aside.", dead_), {}};
    return {};
  }

  void say_progress(std::string_view what, std::size_t n, std::size_t of) const {
    c_.say(fmt::format("clocks: {} of {} {}", n, of, what));
  }

  const clocks_options& options_;
  conductor& c_;
  std::string mark_;
  repetition& into_;
  solitary_node* node_ = nullptr;
  std::vector<std::string> codes_;
  steady::time_point first_due_;
  steady::time_point last_due_;
  histogram before_;
  std::size_t missed_ = 0;
  double dead_ = 0;
};

class rushed_node final : public contender {
public:
  explicit rushed_node(clocks_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"durable", "accepted after fsync"},
            {"ended by", "kill -9"},
            {"configuration", "the defaults but the first clock"}};
  }
  result<repetition> measure(std::size_t number, conductor& c) override {
    seeded_random names(c.seed() * 1000 + number);
    repetition out;
    const noise_watch noise({});
    rush r(options_, c, "c" + random_id(names, 8), out);
    if (auto good = r.measure(); !good) {
      for (const auto& f : out.figures)
        c.say(fmt::format("clocks: {} {:.3f} {}", f.name, f.value, f.unit));
      return good.error();
    }
    return out;
  }

private:
  clocks_options options_;
};

} // namespace

result<void> check(const clocks_options& o) {
  const auto count = o.rate * static_cast<double>(o.lasts.count());
  if (count < 1 || count > static_cast<double>(most_reports))
    return error{errc::rule,
                 fmt::format("{} a second for {} s are {:.0f} reports; between 1 and {} can be "
                             "measured.",
                             o.rate, o.lasts.count(), count, most_reports),
                 {}};
  if (o.clock <= o.lasts)
    return error{errc::rule,
                 fmt::format("A clock of {} s ends before all reports of {} s are there; measure "
                             "with a longer --clock.",
                             o.clock.count(), o.lasts.count()),
                 {}};
  const auto room = room_here();
  constexpr std::uint64_t spare_files = 128;
  if (o.sessions + o.connections + spare_files > room.files)
    return error{errc::rule,
                 fmt::format("{} sessions need as many open files, and a process may have {} here; "
                             "measure with fewer --sessions.",
                             o.sessions, room.files),
                 {}};
  const auto need = static_cast<std::uint64_t>(count) * 6'000 + 500'000'000;
  if (need > room.memory)
    return error{errc::rule,
                 fmt::format("So much needs some {} MB of memory, and {} MB are free; measure with "
                             "a smaller --rate or fewer --seconds.",
                             need / 1'000'000, room.memory / 1'000'000),
                 {}};
  return {};
}

result<void> measure(const clocks_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  raise_file_limit();
  into.scenario = "clocks";
  into.title = fmt::format("A rush of reports to {}, and the end of all their clocks",
                           o.one_unit ? "one unit" : "all units");
  into.settings = {{"reports a second", fmt::format("{}", o.rate)},
                   {"seconds", std::to_string(o.lasts.count())},
                   {"to", o.one_unit ? "one unit" : "all lowest units in turn"},
                   {"connections", std::to_string(o.connections)},
                   {"under way on each", std::to_string(o.depth)},
                   {"clock, s", std::to_string(o.clock.count())},
                   {"sessions", std::to_string(o.sessions)},
                   {"an alert every, ms", std::to_string(o.every.count())},
                   {"hierarchy", o.hierarchy}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<rushed_node>(o));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
