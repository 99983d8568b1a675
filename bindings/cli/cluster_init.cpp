#include <bindings/cli/cluster_files.hpp>
#include <bindings/cli/cluster_names.hpp>
#include <bindings/cli/internal/cluster.hpp>
#include <bindings/cli/internal/local_node.hpp>
#include <bindings/cli/progress.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/net/placement.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>
#include <map>
#include <memory>
#include <ostream>

namespace loa::cli {

namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr duration a_day = std::chrono::days(1);
constexpr int authority_days = 3'653;
constexpr std::size_t most_layout = 4U << 20;

struct init_options {
  std::string hierarchy;
  std::string layout = "district";
  std::string out;
  std::string name;
  usual_addresses addresses;
  int days = 365;
  bool json = false;
};

/// The content of the hierarchy's file and the units in it; every mistake was said if it is wrong.
struct known_units {
  bytes content;
  std::shared_ptr<const model::unit_tree> tree;
};
std::optional<known_units> read_known_units(const fs::path& file, streams& io) {
  auto read = read_document_file(file);
  if (!read) {
    (void)fail(io, read.error());
    return std::nullopt;
  }
  std::vector<error> mistakes;
  auto tree = model::unit_tree::load(read->content, &mistakes);
  for (const auto& m : mistakes) say_mistake(file, m, io);
  if (!tree) {
    if (mistakes.empty()) (void)fail(io, about_file(file, tree.error()));
    return std::nullopt;
  }
  if (read->content.size() > net::most_document_octets) {
    (void)fail(io, {errc::too_large,
                    fmt::format("{} has more than {} octets, the most that is signed.",
                                file.string(), net::most_document_octets),
                    {}});
    return std::nullopt;
  }
  return known_units{std::move(read->content),
                     std::make_shared<const model::unit_tree>(*std::move(tree))};
}

bool is_number(const std::string& text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](unsigned char c) { return std::isdigit(c) != 0; });
}

bool in_file(const init_options& o) {
  return o.layout != "district" && !is_number(o.layout);
}

result<std::vector<node_wish>> wishes_of(const init_options& o, const model::unit_tree& tree) {
  if (is_number(o.layout)) {
    // What is too long for a number is too many groups, too.
    auto groups = std::numeric_limits<std::size_t>::max();
    std::from_chars(o.layout.data(), o.layout.data() + o.layout.size(), groups);
    return nodes_in_groups(tree, groups);
  }
  if (!in_file(o)) return one_node_per_unit(tree);
  const auto text = host::read_file(o.layout, most_layout);
  if (!text)
    return error{text.error().code,
                 text.error().detail + " --layout is \"district\", a number of groups, or a file.",
                 {}};
  return nodes_as_written(tree, *text);
}

/// What is wrong has a place only where there is a file.
result<std::vector<planned_node>> plan(const init_options& o, const model::unit_tree& tree) {
  const auto named = [&](const error& why) {
    return in_file(o) ? about_file(o.layout, why) : error{why.code, why.detail, {}};
  };
  auto wishes = wishes_of(o, tree);
  if (!wishes) return named(wishes.error());
  auto nodes = with_addresses(*std::move(wishes), o.addresses);
  if (!nodes) return named(nodes.error());
  return nodes;
}

std::map<std::string, std::size_t> units_per_node(const std::vector<planned_node>& nodes,
                                                  const model::unit_tree& tree) {
  std::map<std::string, std::size_t> count;
  // It was made of the same nodes before.
  if (const auto places = net::placement::make(placement_of(nodes)))
    for (const auto& unit : tree.all())
      if (const auto host = places->host_of(unit.unit)) ++count[host->node->node];
  return count;
}

std::string hosts_text(const planned_node& n, const model::unit_tree& tree) {
  if (n.hosts.empty()) return "nothing";
  const auto& first = n.hosts.front();
  if (n.hosts.size() == 1) return fmt::format("{} {}", first.str(), tree.find(first)->name);
  return fmt::format("{} and {} more", first.str(), n.hosts.size() - 1);
}

void print_table(const cluster_design& d, const model::unit_tree& tree, std::ostream& out) {
  auto units = units_per_node(d.nodes, tree);
  table t({{"Node"}, {"Hosts"}, {"Units", align::right}, {"Other nodes call"}, {"Clients call"}});
  for (const auto& n : d.nodes)
    t.row({n.node, hosts_text(n, tree), grouped(units[n.node]), n.address,
           n.http.empty() ? n.http_listen.str() : n.http});
  t.print(out);
}

json as_json(const cluster_design& d, const model::unit_tree& tree, const fs::path& out) {
  auto units = units_per_node(d.nodes, tree);
  auto nodes = json::array();
  for (const auto& n : d.nodes) {
    auto hosts = json::array();
    for (const auto& unit : n.hosts) hosts.push_back(unit.str());
    nodes.push_back({{"node", n.node},
                     {"hosts", hosts},
                     {"units", units[n.node]},
                     {"address", n.address},
                     {"http", n.http},
                     {"http_listen", n.http_listen.str()},
                     {"config", (out / "nodes" / n.node / "node.json").string()}});
  }
  return {{"cluster", d.name},
          {"directory", out.string()},
          {"authority", (out / "authority" / "authority.pem").string()},
          {"nodes", nodes}};
}

void say_what_next(const init_options& o, const cluster_design& d, streams& io) {
  io.err << fmt::format("\nThe cluster {} is in {}. To run all of it on this machine:\n\n  {}\n\n"
                        "{} says how nodes move to machines of their own, and what is secret.\n",
                        d.name, o.out, (fs::path(o.out) / "start").string(),
                        (fs::path(o.out) / "README.txt").string());
  for (const auto& n : d.nodes)
    if (n.plain)
      io.err << fmt::format("loa: warning: {} answers clients on {} without TLS, as its \"http\" "
                            "says.\n",
                            n.node, n.http_listen.str());
}

int init(const init_options& o, streams& io) {
  const auto out = free_directory(o.out);
  if (!out) return fail(io, out.error());
  auto units = read_known_units(o.hierarchy, io);
  if (!units) return failed;
  const auto& tree = *units->tree;
  auto nodes = plan(o, tree);
  if (!nodes) return fail(io, nodes.error());

  const auto lifetime = o.days * a_day;
  const cluster_design design{o.name.empty() ? cluster_name_for(tree.root()) : o.name,
                              tree.root().unit,
                              std::move(units->content),
                              *std::move(nodes),
                              lifetime,
                              std::max<duration>(lifetime, authority_days * a_day)};
  const auto now = system_clock().now();
  if (const auto old = host::out_of_force(tree, o.hierarchy, now))
    io.err << "loa: warning: " << *old << '\n';

  progress shown(io.err, io.live);
  std::string phase;
  const auto tell = [&](std::string_view what, std::uint64_t n, std::uint64_t total) {
    if (phase != what) shown.begin(phase = what, total);
    shown.at(n);
    if (n == total) shown.end();
  };
  if (auto written = write_cluster(design, *out, now, system_random(), tell); !written)
    return fail(io, written.error());
  if (o.json) {
    io.out << as_json(design, tree, o.out).dump(2) << '\n';
    return done;
  }
  print_table(design, tree, io.out);
  io.out.flush();
  say_what_next(o, design, io);
  return done;
}

CLI::Validator host_check() {
  return {[](const std::string& text) {
            net::placement_document probe;
            probe.nodes.push_back({"probe", host::endpoint{text, 1}.str(), {}, {}});
            return net::placement::make(std::move(probe)) ? std::string()
                                                          : "\"" + text + "\" is no address";
          },
          ""};
}

} // namespace

void add_cluster_init(CLI::App& group, invocation& run) {
  auto* c = group.add_subcommand("init", "Write everything that a new cluster needs");
  auto o = std::make_shared<init_options>();
  c->add_option("--hierarchy", o->hierarchy, "The file with the administrative units")->required();
  c->add_option("--out", o->out, "The directory to write; empty or not there")->required();
  c->add_option("--layout", o->layout,
                "Which nodes there are: district, one for each unit below the root;\n"
                "a number of groups that share the lowest units; or a file, see below")
      ->capture_default_str();
  c->add_option("--name", o->name, "What the cluster is called; by default as the root is")
      ->check(node_name_check());
  c->add_option("--address", o->addresses.host, "Where the nodes call each other")
      ->check(host_check())
      ->capture_default_str();
  c->add_option("--base-port", o->addresses.cluster_port, "The first node's port for other nodes")
      ->check(CLI::Range(1, 65'535))
      ->capture_default_str();
  c->add_option("--http-port", o->addresses.http_port, "The first node's port for clients")
      ->check(CLI::Range(1, 65'535))
      ->capture_default_str();
  c->add_option("--days", o->days, "How long the nodes' certificates are valid")
      ->check(CLI::Range(1, 36'500))
      ->capture_default_str();
  c->add_flag("--json", o->json, "Print what was made as JSON");
  on_chosen(*c, run, [o, &run] { return init(*o, run.io); });
  explain(
      *c,
      "Writes a private authority, a config, a certificate and a key for each node, the signed\n"
      "hierarchy and placement, and a script that runs all nodes on this machine. Either all\n"
      "of it is written or nothing. A layout of your own is a JSON file; whoever hosts a unit\n"
      "hosts all below, save what others name:\n\n"
      "  {\"nodes\": [{\"node\": \"city-79\", \"hosts\": [\"79\"]},\n"
      "             {\"node\": \"east\", \"hosts\": [\"79.766\", \"79.769\"],\n"
      "              \"address\": \"10.1.0.7:7135\", \"http\": \"https://east.example.vn\"}]}\n\n"
      "  loa cluster init --hierarchy examples/hcmc/2021.json --out my-city\n"
      "  loa cluster init --hierarchy examples/hcmc/2025.json --layout 4 --out my-city");
}

} // namespace loa::cli
