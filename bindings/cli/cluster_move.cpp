#include <bindings/cli/internal/cluster.hpp>
#include <bindings/cli/internal/local_node.hpp>
#include <bindings/cli/progress.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/token_book.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>
#include <thread>

namespace loa::cli {

namespace {

using nlohmann::json;
using namespace std::chrono_literals;

constexpr auto look_again = 200ms;
/// Nobody hears from the units for so long at most; then something is wrong that the logs tell.
constexpr auto patience = 2min;

struct move_options {
  std::string prefix;
  std::string to;
  std::string config;
  std::string authority;
  std::string url;
  std::string ca;
};

/// Where the config's node is reached from its own machine.
std::string url_of(const host::config& c) {
  const bool tls = !c.http.certificate.empty();
  const auto listen = host::endpoint::parse(c.http.listen);
  if (!listen) return c.http.listen; // it was checked
  auto address = listen->address;
  if (address == "0.0.0.0") address = "127.0.0.1";
  if (address == "::") address = "::1";
  if (address.find(':') != std::string::npos) address = "[" + address + "]";
  return fmt::format("{}://{}:{}", tls ? "https" : "http", address, listen->port);
}

struct plan {
  std::string from;
  std::uint64_t epoch = 0;
  net::placement_document next;
};

result<plan> plan_of(const net::placement& now, const path& prefix, const std::string& to) {
  const auto place = now.host_of(prefix);
  if (!place)
    return error{
        errc::not_found, fmt::format("The placement gives {} to no node.", prefix.str()), {}};
  if (place->node->node == to)
    return error{errc::rule, fmt::format("Node {} hosts {} already.", to, prefix.str()), {}};
  if (!now.find(to))
    return error{errc::not_found,
                 fmt::format("The placement knows no node {}; sign one that adds it first (loa "
                             "cluster sign).",
                             to),
                 {}};
  plan p{place->node->node, place->epoch + 1, now.document()};
  for (auto& n : p.next.nodes) {
    std::erase_if(n.hosts, [&](const auto& h) { return h.prefix == prefix; });
    if (n.node == to) n.hosts.push_back({prefix, p.epoch});
  }
  return p;
}

/// Nothing while it is under way; then whether the units have moved, with a sentence if not.
class watch {
public:
  watch(const plan& p, const move_options& o, streams& io)
      : plan_(p),
        to_(o.to),
        shown_(io.err, false) {}

  std::optional<result<void>> look(const result<http_answer>& answer) {
    const auto now = std::chrono::steady_clock::now();
    if (!answer || answer->status >= 400) { // held, or on the way between the nodes
      if (answer && answer->status != 503) return result<void>(problem_of(*answer));
      if (now - heard_ < patience) return std::nullopt;
      return result<void>(answer ? problem_of(*answer) : answer.error());
    }
    heard_ = now;
    const auto said = json::parse(answer->body, nullptr, false);
    if (text_of(said, "node") == to_) return result<void>();
    const auto move = said.value("move", json::object());
    const auto step = text_of(move, "step");
    if (step.empty())
      return result<void>(error{errc::unavailable,
                                fmt::format("Node {} started anew meanwhile; the units are still "
                                            "there. Move them again.",
                                            text_of(said, "node")),
                                {}});
    if (step == "ended" && move.contains("why"))
      return result<void>(error{errc::unavailable,
                                fmt::format("The units were not moved and go on at node {}: {}",
                                            plan_.from, text_of(move, "why")),
                                {}});
    if (!step.empty() && std::exchange(step_, step) != step) shown_.begin(step);
    shown_.at(move.value("octets", std::uint64_t{0}));
    return std::nullopt;
  }

private:
  const plan& plan_;
  std::string to_;
  progress shown_;
  std::string step_;
  std::chrono::steady_clock::time_point heard_ = std::chrono::steady_clock::now();
};

result<void> carry_out(const plan& p, const net::signed_document& placement, const path& prefix,
                       const move_options& o, client_options settings, streams& io) {
  http_client client(std::move(settings));
  const auto target = fmt::format("/v1/units/{}/move", percent_encoded(prefix.str()));
  auto begun = client.expect({.method = "POST",
                              .target = target,
                              .body = placement.to_record(),
                              .content_type = "application/octet-stream"});
  if (!begun) return begun.error();
  if (begun->status >= 300)
    return error{errc::rule,
                 fmt::format("This node sends calls on instead of passing them on; name the config "
                             "of node {}, which hosts the units.",
                             p.from),
                 {}};
  watch w(p, o, io);
  for (;;) {
    if (auto end = w.look(client.send({.target = target}))) return *end;
    std::this_thread::sleep_for(look_again);
  }
}

int move(const move_options& o, streams& io) {
  const auto prefix = path::parse(o.prefix);
  if (!prefix) return fail(io, prefix.error());
  const auto c = checked(o.config, io, false);
  if (!c) return failed;
  if (!c->cluster)
    return fail(io,
                {errc::rule,
                 fmt::format("Node {} stands alone; there is no other to move units to.", c->name),
                 {}});
  const auto shelf = host::open_shelf(*c);
  if (!shelf) return fail(io, shelf.error());
  const auto* now = shelf->find(net::document_kind::placement);
  const auto p = plan_of(*shelf->places(), *prefix, o.to);
  if (!p) return fail(io, p.error());
  const auto issuer = read_issuer(o.authority);
  if (!issuer) return fail(io, issuer.error());
  const auto next = net::sign_document({&*issuer, 1}, now->cluster(), now->kind(),
                                       now->number() + 1, wire::to_json(p->next));
  if (!next) return fail(io, next.error());

  client_options settings;
  const auto url = node_url::parse(o.url.empty() ? url_of(*c) : o.url);
  if (!url) return fail(io, url.error());
  settings.node = *url;
  settings.authority = o.ca;
  auto token = host::token_book(c->data).add({.role = http::role::administrator,
                                              .unit = *prefix,
                                              .subject = "loa cluster move",
                                              .validity = std::chrono::hours(24)},
                                             system_clock().now(), system_random());
  if (!token) return fail(io, token.error());
  settings.token = *std::move(token);

  if (auto done = carry_out(*p, *next, *prefix, o, std::move(settings), io); !done)
    return fail(io, done.error());
  io.err << fmt::format("Node {} serves {} now, in epoch {}; placement {} is in force.\n", o.to,
                        prefix->str(), p->epoch, next->number());
  return done;
}

} // namespace

void add_cluster_move(CLI::App& group, invocation& run) {
  auto* c = group.add_subcommand("move", "Move units from one node to another while both serve");
  auto o = std::make_shared<move_options>();
  c->add_option("PREFIX", o->prefix, "The units: this one and all below it")->required();
  c->add_option("--to", o->to, "The node that shall host them")
      ->required()
      ->check(node_name_check());
  c->add_option("--config", o->config, "The config file of a running node of the cluster")
      ->required();
  c->add_option("--authority", o->authority,
                "Directory with the cluster's authority.pem and authority.key")
      ->required();
  c->add_option("--url", o->url, "Where that node is reached; else as its config says");
  c->add_option("--ca", o->ca, "PEM file with the authority that signed its HTTP certificate");
  on_chosen(*c, run, [o, &run] { return move(*o, run.io); });
  explain(
      *c,
      "Signs a placement that gives the units to the other node in a higher epoch, and has the\n"
      "node that hosts them now carry that out: it copies what its journal has of them while\n"
      "they serve, holds them for the moment in which both sides are compared, and hands them\n"
      "over. Until then nothing has changed, whatever fails; from then on they are the other\n"
      "node's, whatever fails. Devices, citizens and other nodes find them by themselves.\n\n"
      "  loa cluster move 79.769 --to spare --config my-city/nodes/city-79/node.json \\\n"
      "      --authority my-city/authority");
}

} // namespace loa::cli
