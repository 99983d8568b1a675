#include <bindings/cli/internal/local_node.hpp>
#include <bindings/node/signals.hpp>
#include <bindings/node/station.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

using namespace std::chrono_literals;

namespace {

struct serve_options {
  std::string config;
  bool check = false;
};

int serve(const serve_options& o, streams& io) {
  auto c = checked(o.config, io, true);
  if (!c) return failed;
  if (o.check) {
    std::vector<error> mistakes;
    auto tree = host::read_units(*c, &mistakes);
    for (const auto& m : mistakes) say_mistake(c->hierarchy, m, io);
    if (!tree) return mistakes.empty() ? fail(io, tree.error()) : failed;
    if (const auto old = host::out_of_force(**tree, c->hierarchy, system_clock().now()))
      io.err << "loa: warning: " << *old << '\n';
    io.err << fmt::format("{} is good: {} units under {}.\n", o.config, (*tree)->size(),
                          (*tree)->root().name);
    return done;
  }

  host::signals signals;
  const auto log = host::make_log(c->log, io.err);
  host::station_parts parts{.log = *log};
  auto opened = host::station::open(*c, parts);
  if (!opened) {
    log->write(log_level::error, "node", opened.error().to_string());
    return failed;
  }
  auto& station = **opened;
  if (const auto old = host::out_of_force(station.tree(), c->hierarchy, system_clock().now()))
    log->write(log_level::warning, "node", *old);
  log->write(log_level::info, "node", "The node serves.",
             {{"name", c->name}, {"address", station.listening().str()}});
  for (;;) {
    const auto asked = signals.wait(1h);
    if (asked == host::request::stop) break;
    if (asked != host::request::reload) continue;
    if (c->http.certificate.empty() && !c->cluster)
      log->write(log_level::info, "node", "There is no certificate to read again.");
    else if (auto again = station.reload(); again)
      log->write(
          log_level::info, "node", "Certificate and key were read again.",
          {{"cluster",
            c->cluster ? "what the node proves itself with counts from its next start" : "none"}});
    else
      log->write(log_level::error, "node", "The new certificate cannot be used; the old one stays.",
                 {{"why", again.error().to_string()}});
  }
  log->write(log_level::info, "node", "The node stops.");
  const bool clean = station.stop();
  log->write(clean ? log_level::info : log_level::warning, "node",
             clean ? "The node has stopped." : "The node has stopped with clients still waiting.");
  return done;
}

} // namespace

void add_node(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("node", "Run a node");
  auto o = std::make_shared<serve_options>();
  c->add_option("CONFIG", o->config, "The node's config file")->required();
  c->add_flag("--check", o->check, "Check the config and the hierarchy, change nothing, and end");
  on_chosen(*c, run, [o, &run] { return serve(*o, run.io); });
  explain(*c,
          "Runs a node in the foreground until SIGTERM or Ctrl-C; SIGHUP reads the certificate\n"
          "again. Logs go to standard error. The config is one JSON file, in the least:\n\n"
          "  {\"name\": \"city-79\", \"data\": \"data\", \"hierarchy\": \"hcmc/2025.json\"}\n\n"
          "  loa node city-79.json --check\n"
          "  loa node city-79.json");
}

} // namespace loa::cli
