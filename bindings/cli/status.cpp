#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/internal/delivery_table.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;

struct status_options {
  node_options node;
  std::string unit;
  std::string bulletin;
};

void print_peers(const json& peers, std::ostream& out) {
  if (peers.empty()) return;
  out << '\n';
  table t({{"Other nodes"}, {"Way"}, {"Since"}, {"Waiting", align::right}, {"Remarks"}});
  for (const auto& p : peers) {
    auto remarks = text_of(p, "why");
    if (remarks.empty() && !p.value("up", false)) remarks = "nobody has called yet";
    if (const auto differs = text_of(p, "documents"); !differs.empty())
      remarks += (remarks.empty() ? "" : " ") + differs;
    t.row({text_of(p, "node"), p.value("up", false) ? "up" : "down", text_of(p, "since"),
           text_of(p, "queued"), remarks});
  }
  t.print(out);
}

void print_unit(const json& u, std::ostream& out) {
  const auto children = u.value("children", json::array());
  const auto links = u.value("links", json::array());
  out << fmt::format("{}  {} ({}), on node {}\n", text_of(u, "unit"), text_of(u, "name"),
                     text_of(u, "tier"), text_of(u, "node"));
  if (const auto above = text_of(u, "parent"); !above.empty())
    out << fmt::format("follows {}\n", above);
  out << fmt::format("{} bulletins in force, feed at position {}; {} reports in progress; {} units "
                     "below\n\n",
                     text_of(u, "in_force"), text_of(u, "head"), text_of(u, "reports_in_progress"),
                     children.size());
  table t({{"Followers"},
           {"Count", align::right},
           {"Connected", align::right},
           {"Behind", align::right},
           {"At most by", align::right}});
  for (const char* group : {"citizens", "loudspeakers", "boards"})
    t.row({group, figure(u, group, "count"), figure(u, group, "connected"),
           figure(u, group, "behind"), figure(u, group, "most_behind")});
  t.print(out);
  for (const auto& link : links)
    if (!link.value("connected", true) || link.value("behind", 0) > 0)
      out << fmt::format("{} is {} and {} behind\n", text_of(link, "unit"),
                         link.value("connected", true) ? "connected" : "not connected",
                         text_of(link, "behind"));
  print_peers(u.value("peers", json::array()), out);
}

/// Whether the node lives and is ready, from the two probes that need no token.
int node_status(const status_options& o, streams& io) {
  auto settings = client_of(o.node);
  if (!settings) return fail(io, settings.error());
  http_client client(*std::move(settings));
  auto alive = client.expect({.target = "/healthz"});
  if (!alive) return fail(io, alive.error());
  auto ready = client.send({.target = "/readyz"});
  if (!ready) return fail(io, ready.error());
  const bool good = ready->status < 300;
  const auto why = good ? std::string{} : problem_of(*ready).detail;
  if (o.node.json) {
    json answer{{"url", o.node.url}, {"alive", true}, {"ready", good}};
    if (!good) answer["detail"] = why;
    io.out << answer.dump(2) << '\n';
  } else {
    io.out << o.node.url << (good ? " is ready.\n" : " lives, but is not ready: " + why + "\n");
  }
  return good ? done : failed;
}

int status(const status_options& o, streams& io) {
  if (o.unit.empty() && o.bulletin.empty()) return node_status(o, io);
  const auto target = o.bulletin.empty()
                          ? fmt::format("/v1/units/{}", percent_encoded(o.unit))
                          : fmt::format("/v1/bulletins/{}/delivery", percent_encoded(o.bulletin));
  auto answer = call_node(o.node, {.target = target});
  if (!answer) return fail(io, answer.error());
  if (o.node.json)
    io.out << answer->dump(2) << '\n';
  else if (o.bulletin.empty())
    print_unit(*answer, io.out);
  else
    print_delivery(*answer, io.out);
  return done;
}

} // namespace

void add_status(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("status", "Ask a node how it, a unit or a bulletin stands");
  auto o = std::make_shared<status_options>();
  auto* unit = c->add_option("--unit", o->unit, "A unit, for example 79.769");
  c->add_option("--bulletin", o->bulletin, "The id that publishing it gave")->excludes(unit);
  add_node_options(*c, o->node);
  on_chosen(*c, run, [o, &run] { return status(*o, run.io); });
  explain(*c,
          "Without options: is the node there and ready? With --unit: that unit and how far its\n"
          "followers are. With --bulletin: who has got it and who has not.\n\n"
          "  loa status\n"
          "  loa status --unit 79.769 --token-file T\n"
          "  loa status --bulletin 79-01J8ZQ4T9XKC --token-file T");
}

} // namespace loa::cli
