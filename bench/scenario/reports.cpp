#include <bench/load/citizen.hpp>
#include <bench/load/http_line.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/publishing.hpp>
#include <bench/load/row.hpp>
#include <bench/measure/machine.hpp>
#include <bench/scenario/reports.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/base/random.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace loa::bench {

namespace {

using namespace std::chrono_literals;
using steady = publishing::steady;
constexpr auto patience = 30s;
constexpr std::size_t most_reports = 1'000'000;

std::vector<std::string> targets_of(const std::vector<path>& units) {
  std::vector<std::string> out;
  out.reserve(units.size());
  for (const auto& u : units) out.push_back(fmt::format("/v1/units/{}/reports", u.str()));
  return out;
}

std::string report_text(const std::string& citizen) {
  return fmt::format(
      R"({{"citizen":"{}","category":"giao-thong","text":"Đường ngập sâu trước chợ, )"
      R"(xe máy không đi qua được từ sáng nay."}})",
      citizen);
}

/// Reports to the lowest units in turn, each of another citizen.
class report_poster final : public poster {
public:
  explicit report_poster(const std::vector<path>& units)
      : poster(targets_of(units), "application/json", {}) {}

private:
  std::string body(const std::string& identifier) override { return report_text(identifier); }
};

/// What stands behind "key":" in a JSON text.
std::string value_in(const std::string& json, std::string_view key) {
  const auto start = fmt::format("\"{}\":\"", key);
  const auto at = json.find(start);
  if (at == std::string::npos) return {};
  const auto from = at + start.size();
  return json.substr(from, json.find('"', from) - from);
}

class reporting final : public contender {
public:
  explicit reporting(reports_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return look_around().version; }
  std::vector<setting> settings() const override {
    return {{"durable", "accepted after fsync"}, {"configuration", "the defaults"}};
  }

  result<repetition> measure(std::size_t number, conductor& c) override {
    auto tree = host::read_hierarchy(options_.loa.hierarchy);
    if (!tree) return tree.error();
    std::vector<path> lowest;
    for (const auto& u : (*tree)->all())
      if ((*tree)->children(u.unit).empty()) lowest.push_back(u.unit);
    auto loa = options_.loa;
    loa.role = "dispatcher";
    auto server = loa_server(loa)->start(c, {});
    if (!server) return server.error();
    const auto& s = **server;
    auto source = publishing::open(
        s.host(), s.port(), options_.in_flight,
        [&] { return std::make_unique<report_poster>(lowest); }, patience, c.stopping());
    if (!source) return source.error();
    seeded_random names(c.seed() * 1000 + number);
    const auto mark = "c" + random_id(names, 8);
    repetition out;
    const noise_watch noise(s.processes());
    if (auto good = at_rate(**source, mark + "r", c, out); !good) return good.error();
    if (auto good = as_fast_as_can_be(**source, mark + "f", c, out); !good) return good.error();
    if (auto good = escalate(s, lowest.front(), mark + "e", c, out); !good) return good.error();
    out.disturbed = noise.since(0ns);
    if (c.stopped()) return error{errc::unavailable, "Stopped.", {}};
    return out;
  }

private:
  result<void> finished(publishing& source) const {
    if (source.first_failure().empty()) return {};
    return error{errc::unavailable, "A report was refused: " + source.first_failure(), {}};
  }

  result<void> at_rate(publishing& source, const std::string& mark, const conductor& c,
                       repetition& into) const {
    const auto count =
        static_cast<std::size_t>(options_.rate * static_cast<double>(options_.lasts.count()));
    source.begin(row_of(options_.rate, mark, count).plan);
    source.finish(patience, c.stopping());
    into.figures.push_back(
        {"accepted", "ms", static_cast<double>(source.answers().at(0.5)) / 1e6, better::lower});
    into.figures.push_back({"late sending", "ms", in_ms(source.latest()), better::neither});
    into.latencies.push_back({"accepted", source.answers().to_sparse()});
    return finished(source);
  }

  result<void> as_fast_as_can_be(publishing& source, const std::string& mark, const conductor& c,
                                 repetition& into) const {
    publishing::plan p;
    p.mark = mark;
    p.messages = most_reports;
    p.in_flight = options_.in_flight;
    p.begin = steady::now();
    p.end = p.begin + options_.lasts;
    source.begin(p);
    source.finish(patience, c.stopping());
    const auto seconds = std::chrono::duration<double>(source.last_answer() - p.begin).count();
    const auto accepted = static_cast<double>(source.answered());
    into.figures.push_back({"reports", "1/s", accepted / seconds, better::higher});
    into.figures.push_back({"time per report", "us", seconds / accepted * 1e6, better::lower});
    into.latencies.push_back({"accepted at full speed", source.answers().to_sparse()});
    return finished(source);
  }

  /// From the order to escalate until the report says that the unit above has it.
  result<void> escalate(const running_server& s, const path& unit, const std::string& mark,
                        conductor& c, repetition& into) const {
    auto line = http_line::open(s.host(), s.port());
    if (!line) return line.error();
    histogram latencies;
    for (std::size_t i = 0; i < options_.escalations && !c.stopped(); ++i) {
      auto made = line->exchange(post_request(fmt::format("/v1/units/{}/reports", unit.str()),
                                              "application/json", {},
                                              report_text(fmt::format("{}{}", mark, i))));
      if (!made) return made.error();
      const auto code = value_in(made->body, "code");
      const auto begin = steady::now();
      auto moved =
          line->exchange(post_request(fmt::format("/v1/reports/{}/actions", code),
                                      "application/json", s.token(), R"({"action":"escalate"})"));
      if (!moved) return moved.error();
      if (moved->status != 200)
        return error{errc::unavailable, "A report was not escalated: " + moved->body, {}};
      while (value_in(moved->body, "responsible") == unit.str()) {
        if (steady::now() > begin + patience)
          return error{errc::timeout, "An escalated report stayed where it was.", {}};
        moved = line->exchange(get_request(fmt::format("/v1/reports/{}", code), s.token()));
        if (!moved) return moved.error();
      }
      latencies.record(
          static_cast<std::uint64_t>(std::chrono::nanoseconds(steady::now() - begin).count()));
    }
    into.figures.push_back(
        {"escalated", "ms", static_cast<double>(latencies.at(0.5)) / 1e6, better::lower});
    into.latencies.push_back({"escalated", latencies.to_sparse()});
    return {};
  }

  reports_options options_;
};

} // namespace

result<void> check(const reports_options& o) {
  const auto count = o.rate * static_cast<double>(o.lasts.count());
  if (count < 1 || count > static_cast<double>(most_reports))
    return error{errc::rule,
                 fmt::format("{} a second for {} s are {:.0f} reports; between 1 and {} can be "
                             "measured.",
                             o.rate, o.lasts.count(), count, most_reports),
                 {}};
  constexpr std::uint64_t spare_files = 128;
  if (const auto here = room_here(); o.in_flight + spare_files > here.files)
    return error{errc::rule,
                 fmt::format("{} reports under way need as many open files, and a process may have "
                             "{} here; measure with a smaller --in-flight.",
                             o.in_flight, here.files),
                 {}};
  return {};
}

result<void> measure(const reports_options& o, conductor& c, section& into) {
  if (auto good = check(o); !good) return good.error();
  raise_file_limit();
  into.scenario = "reports";
  into.title = "Citizens' reports to a node, and their way up";
  into.settings = {{"reports a second while latency is measured", fmt::format("{}", o.rate)},
                   {"seconds of each part", std::to_string(o.lasts.count())},
                   {"under way at full speed", std::to_string(o.in_flight)},
                   {"escalations", std::to_string(o.escalations)},
                   {"hierarchy", o.loa.hierarchy}};
  std::vector<std::unique_ptr<contender>> all;
  all.push_back(std::make_unique<reporting>(o));
  return measure_all(std::move(all), c, into);
}

} // namespace loa::bench
