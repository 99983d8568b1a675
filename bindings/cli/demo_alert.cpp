// The first half of the story: an alert goes down.
#include <bindings/cli/demo_story.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <future>
#include <ostream>
#include <thread>

namespace loa::cli {

using namespace std::chrono_literals;
using nlohmann::json;
using std::chrono::microseconds;

namespace {

constexpr auto no_progress = 15s;
constexpr std::size_t most_rows = 30;

std::string milliseconds(microseconds t) {
  return fmt::format("{:.1f} ms", static_cast<double>(t.count()) / 1000);
}

std::uint64_t number_in(const json& from, const char* group, const char* key) {
  const auto at = from.find(group);
  return at != from.end() && at->is_object() ? at->value(key, std::uint64_t{0}) : 0;
}

struct receipt {
  result<http_answer> answer;
  microseconds took;
};

/// Posts on a thread of its own, since the frames arrive before the answer is read.
std::future<receipt> post_alert(const client_options& where, const path& unit, bytes alert) {
  return std::async(std::launch::async, [where, unit, alert = std::move(alert)] {
    http_client client(where);
    const auto began = std::chrono::steady_clock::now();
    auto answer = client.expect({.method = "POST",
                                 .target = fmt::format("/v1/units/{}/alerts", unit.str()),
                                 .body = alert,
                                 .content_type = "application/cap+xml"});
    const auto took = std::chrono::steady_clock::now() - began;
    return receipt{std::move(answer), std::chrono::duration_cast<microseconds>(took)};
  });
}

/// Shows the count while it grows; returns when all have arrived or nothing moves any more.
void watch(arrivals& seen, std::uint64_t all, streams& io, std::future<receipt>& posting) {
  auto last = seen.count();
  auto moved = std::chrono::steady_clock::now();
  auto shown = moved;
  for (;;) {
    const auto now = std::chrono::steady_clock::now();
    const auto count = seen.count();
    if (count != last) {
      last = count;
      moved = now;
    }
    const bool refused =
        posting.wait_for(0s) == std::future_status::ready && count == 0 && now - moved > 1s;
    const bool over = count >= all || refused || now - moved > no_progress;
    if (over || now - shown > (io.live ? 50ms : 2000ms)) {
      shown = now;
      io.err << fmt::format("{}Delivered to {} of {}{}", io.live ? "\r\x1b[K" : "", grouped(count),
                            grouped(all), io.live && !over ? "" : "\n")
             << std::flush;
    }
    if (over) return;
    std::this_thread::sleep_for(5ms);
  }
}

/// The node's own figures, once they say the same as the clients, or as they are after a while.
result<json> settled_delivery(const client_options& where, const std::string& id) {
  http_client client(where);
  for (const auto until = std::chrono::steady_clock::now() + no_progress;;) {
    auto answer =
        client.expect({.target = fmt::format("/v1/bulletins/{}/delivery", percent_encoded(id))});
    if (!answer) return answer.error();
    auto d = json::parse(answer->body, nullptr, false);
    const auto full = [&](const char* group, const char* what) {
      return number_in(d, group, what) == number_in(d, group, "targeted");
    };
    if ((full("citizens", "delivered") && full("devices", "delivered") &&
         full("devices", "played")) ||
        std::chrono::steady_clock::now() > until)
      return d;
    std::this_thread::sleep_for(100ms);
  }
}

void print_districts(const demo_stage& city, const json& delivery, std::ostream& out) {
  std::map<std::string, const json*> figures;
  if (const auto children = delivery.find("children"); children != delivery.end())
    for (const auto& c : *children) figures[c.value("unit", "")] = &c;

  struct line {
    std::size_t group;
    arrivals::summary seen;
  };
  std::vector<line> lines;
  for (std::size_t g = 0; g < city.plan.districts().size(); ++g)
    lines.push_back({g, city.seen.of_group(g)});
  const bool cut = lines.size() > most_rows;
  if (cut) {
    std::ranges::stable_sort(
        lines, [](const line& a, const line& b) { return a.seen.last > b.seen.last; });
    lines.resize(most_rows);
  }

  table t({{"Unit"},
           {"Name"},
           {"Citizens", align::right},
           {"delivered", align::right},
           {"Loudspeakers", align::right},
           {"delivered", align::right},
           {"played", align::right},
           {"Slowest", align::right}});
  const auto row = [&](const std::string& unit, const std::string& title, const json& from,
                       microseconds slowest) {
    t.row({unit, title, grouped(number_in(from, "citizens", "targeted")),
           grouped(number_in(from, "citizens", "delivered")),
           grouped(number_in(from, "devices", "targeted")),
           grouped(number_in(from, "devices", "delivered")),
           grouped(number_in(from, "devices", "played")), milliseconds(slowest)});
  };
  for (const auto& l : lines) {
    const auto& unit = city.plan.districts()[l.group];
    const auto at = figures.find(unit.str());
    row(unit.str(), city.plan.tree().find(unit)->name,
        at == figures.end() ? json::object() : *at->second, l.seen.last);
  }
  t.rule();
  row(city.plan.tree().root().unit.str(), city.plan.tree().root().name, delivery,
      city.seen.all().last);
  if (cut)
    out << fmt::format("The {} slowest of {} units:\n", most_rows, city.plan.districts().size());
  t.print(out);
}

void print_nodes(const demo_stage& city, const json& delivery, std::ostream& out) {
  table t({{"Node"},
           {"Hosts"},
           {"Clients", align::right},
           {"reached", align::right},
           {"Half after", align::right},
           {"Slowest", align::right}});
  const auto row = [&](const std::string& node, const std::string& hosts,
                       const arrivals::summary& s) {
    t.row({node, hosts, grouped(s.clients), grouped(s.arrived),
           s.arrived == 0 ? "" : milliseconds(s.median),
           s.arrived == 0 ? "" : milliseconds(s.last)});
  };
  for (std::size_t g = 0; g < city.nodes.size(); ++g)
    row(city.nodes[g].name, city.nodes[g].hosts, city.seen.of_group(g));
  t.rule();
  row(fmt::format("{} nodes", city.nodes.size()), city.plan.tree().root().name, city.seen.all());
  t.print(out);
  out << fmt::format("\nThe nodes count {} of {} citizens and {} of {} loudspeakers, {} played.\n",
                     grouped(number_in(delivery, "citizens", "delivered")),
                     grouped(number_in(delivery, "citizens", "targeted")),
                     grouped(number_in(delivery, "devices", "delivered")),
                     grouped(number_in(delivery, "devices", "targeted")),
                     grouped(number_in(delivery, "devices", "played")));
}

} // namespace

result<alert_outcome> tell_alert(const demo_stage& city, const demo_people& people, bytes alert,
                                 streams& io, progress&) {
  const auto everybody = city.plan.citizens() + city.plan.loudspeakers();
  client_options editor{.node = city.where, .token = people.editor};
  auto dispatcher = editor;
  dispatcher.token = people.dispatcher;

  city.seen.start();
  auto posting = post_alert(editor, city.plan.tree().root().unit, std::move(alert));
  watch(city.seen, everybody, io, posting);
  auto [answer, took] = posting.get();
  if (!answer) return answer.error();

  alert_outcome out;
  const auto accepted = json::parse(answer->body, nullptr, false);
  out.id = accepted.is_object() ? accepted.value("id", "") : "";
  out.accepted = took;
  out.reached = city.seen.all();

  auto delivery = settled_delivery(dispatcher, out.id);
  if (!delivery) return delivery.error();
  io.out << '\n';
  if (city.nodes.empty())
    print_districts(city, *delivery, io.out);
  else
    print_nodes(city, *delivery, io.out);
  const auto counted = [&](const char* group, const char* what) {
    return number_in(*delivery, group, what);
  };
  out.complete = out.reached.arrived == everybody &&
                 counted("citizens", "delivered") == counted("citizens", "targeted") &&
                 counted("citizens", "targeted") >= city.plan.citizens() &&
                 counted("devices", "delivered") == counted("devices", "targeted") &&
                 counted("devices", "played") == counted("devices", "targeted") &&
                 counted("devices", "targeted") >= city.plan.loudspeakers();
  if (const auto missing = delivery->find("missing");
      missing != delivery->end() && !missing->empty())
    io.out << fmt::format("\nNot reached: {} and others\n", missing->front().dump());
  return out;
}

} // namespace loa::cli
