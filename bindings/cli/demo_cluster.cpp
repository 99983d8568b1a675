#include <bindings/cli/cluster_files.hpp>
#include <bindings/cli/demo_cluster.hpp>
#include <bindings/cli/demo_member.hpp>
#include <bindings/cli/demo_story.hpp>

#include <fmt/format.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/socket.h>
#include <unistd.h>

#include <charconv>
#include <thread>

namespace loa::cli {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

constexpr std::string_view loopback = "127.0.0.1";
constexpr auto lifetime = std::chrono::days(2);
constexpr auto ways_patience = 60s;

error interrupted() {
  return {errc::unavailable, "Stopped on request.", {}};
}

/// Ports that nobody listens on now. They are held all at once, so that no two are the same.
result<std::vector<std::uint16_t>> free_ports(std::size_t how_many) {
  std::vector<int> held;
  std::vector<std::uint16_t> ports;
  while (ports.size() < how_many) {
    const auto s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in at{};
    at.sin_family = AF_INET;
    at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof at;
    auto* address = reinterpret_cast<sockaddr*>(&at);
    if (s < 0 || ::bind(s, address, size) != 0 || ::getsockname(s, address, &size) != 0) {
      if (s >= 0) ::close(s);
      break;
    }
    held.push_back(s);
    ports.push_back(ntohs(at.sin_port));
  }
  for (const auto s : held) ::close(s);
  if (ports.size() < how_many)
    return error{errc::unavailable, "This machine has too few free ports.", {}};
  return ports;
}

result<std::vector<node_wish>> wishes_of(const demo_options& o, const model::unit_tree& tree) {
  if (o.layout == "district") return one_node_per_unit(tree);
  std::size_t groups = 0;
  const auto* end = o.layout.data() + o.layout.size();
  if (const auto [stopped, failure] = std::from_chars(o.layout.data(), end, groups);
      failure == std::errc() && stopped == end)
    return nodes_in_groups(tree, groups);
  auto text = host::read_file(o.layout, 1U << 20);
  if (!text) return text.error();
  return nodes_as_written(tree, *text);
}

result<std::vector<planned_node>> plan_nodes(const demo_options& o, const model::unit_tree& tree) {
  auto wishes = wishes_of(o, tree);
  if (!wishes) return wishes.error();
  const auto listen = host::endpoint::parse(o.listen);
  if (!listen) return listen.error();
  if (!listen->loopback())
    return error{
        errc::rule, "The nodes of a demo listen on loopback only; leave --listen out.", {}};
  // Where a port was asked for clients find the nodes from there on; other nodes call any.
  auto ports = free_ports(wishes->size() * 2);
  if (!ports) return ports.error();
  for (std::size_t i = 0; i < wishes->size(); ++i) {
    auto& w = (*wishes)[i];
    w.address = fmt::format("{}:{}", loopback, (*ports)[i]);
    const auto http = listen->port == 0 ? (*ports)[wishes->size() + i] : listen->port + i;
    w.http = fmt::format("http://{}:{}", loopback, http);
  }
  return with_addresses(*std::move(wishes), {});
}

std::string hosts_of(const planned_node& n, const model::unit_tree& tree) {
  if (n.hosts.empty()) return "nothing";
  const auto* first = tree.find(n.hosts.front());
  auto text = first ? first->name : n.hosts.front().str();
  if (n.hosts.size() > 1) text += fmt::format(" and {} more", n.hosts.size() - 1);
  return text;
}

} // namespace

demo_cluster::demo_cluster(demo_plan plan, shared_memory memory)
    : plan_(std::move(plan)),
      memory_(memory.descriptor()),
      seen_(plan_.clients(), std::move(memory)) {}

demo_cluster::~demo_cluster() {
  for (auto& c : children_) c.ask_to_stop(); // all at once; each is waited for after that
}

result<std::unique_ptr<demo_cluster>>
demo_cluster::build(const demo_options& options, const fs::path& where, progress& shown,
                    const std::function<bool()>& asked_to_stop) {
  auto plan = plan_demo(options);
  if (!plan) return plan.error();
  auto memory = shared_memory::make(arrivals::octets_for(plan->clients()));
  if (!memory) return memory.error();
  std::unique_ptr<demo_cluster> city(new demo_cluster(*std::move(plan), *std::move(memory)));
  if (auto started = city->start(options, where, shown, asked_to_stop); !started)
    return started.error();
  if (auto in = city->wait_for_members(shown, asked_to_stop); !in) return in.error();
  if (auto open = city->wait_for_ways(shown, asked_to_stop); !open) return open.error();
  return city;
}

result<void> demo_cluster::start(const demo_options& options, const fs::path& where,
                                 progress& shown, const std::function<bool()>& asked_to_stop) {
  auto file = demo_hierarchy(options);
  if (!file) return file.error();
  auto hierarchy = host::read_file(*file, model::unit_tree::most_octets);
  if (!hierarchy) return hierarchy.error();
  const auto& tree = plan_.tree();
  auto nodes = plan_nodes(options, tree);
  if (!nodes) return nodes.error();
  auto out = free_directory(where / "cluster");
  if (!out) return out.error();

  shown.begin("Writing configs, certificates and documents", nodes->size());
  const cluster_design design{"demo", tree.root().unit, *std::move(hierarchy),
                              *nodes, lifetime,         lifetime};
  if (auto written =
          write_cluster(design, *out, system_clock().now(), system_random(),
                        [&](std::string_view, std::uint64_t n, std::uint64_t) { shown.at(n); });
      !written)
    return written.error();
  shown.end();

  auto places = net::placement::make(placement_of(*nodes));
  if (!places) return places.error();
  std::map<std::string, std::size_t> number;
  for (const auto& n : *nodes) {
    number[n.node] = nodes_.size();
    nodes_.push_back({n.node, hosts_of(n, tree)});
  }
  const auto node_of = [&](const path& unit) {
    const auto place = places->host_of(unit);
    return place ? number[place->node->node] : 0;
  };
  for (std::uint64_t i = 0; i < plan_.citizens(); ++i)
    seen_.assign(i, node_of(plan_.home_of_citizen(i)));
  for (std::uint64_t i = 0; i < plan_.loudspeakers(); ++i)
    seen_.assign(plan_.citizens() + i, node_of(plan_.home_of_loudspeaker(i)));
  const auto top = node_of(tree.root().unit);
  for (const auto& u : tree.all())
    if (const auto* above = tree.parent(u.unit);
        above && node_of(above->unit) == top && node_of(u.unit) != top)
      neighbours_.insert(nodes_[node_of(u.unit)].name);
  const auto& root = (*nodes)[top];
  root_.port = root.http_listen.port;
  data_ = *out / "nodes" / root.node / "data";

  member_options member{{}, memory_, options};
  member.demo.hierarchy = file->string();
  shown.begin("Starting nodes", nodes->size());
  for (const auto& n : *nodes) {
    if (asked_to_stop()) return interrupted();
    member.config = (*out / "nodes" / n.node / "node.json").string();
    auto child = child_process::start(member_arguments(member), memory_);
    if (!child) return child.error();
    children_.push_back(*std::move(child));
    shown.at(children_.size());
  }
  shown.end();
  return {};
}

result<void> demo_cluster::wait_for_members(progress& shown,
                                            const std::function<bool()>& asked_to_stop) {
  shown.begin("Nodes bring in their citizens and loudspeakers", children_.size());
  for (std::size_t i = 0; i < children_.size(); ++i) {
    std::optional<std::string> said;
    while (!(said = children_[i].line(100ms))) {
      if (asked_to_stop()) return interrupted();
      if (!children_[i].runs())
        return error{errc::unavailable,
                     fmt::format("Node {} has ended; what it said is above.", nodes_[i].name),
                     {}};
    }
    std::uint64_t octets = 0;
    const auto number = said->find(' ') + 1;
    std::from_chars(said->data() + number, said->data() + said->size(), octets);
    memory_of_citizens_ += octets;
    shown.at(i + 1);
  }
  shown.end();
  return {};
}

/// An alert shall not have to wait for the first handshakes: those are another figure.
result<void> demo_cluster::wait_for_ways(progress& shown,
                                         const std::function<bool()>& asked_to_stop) {
  const auto people = hire(data_, plan_.tree().root().unit, plan_.communes().back());
  if (!people) return people.error();
  http_client client({.node = root_, .token = people->dispatcher});
  shown.begin("Nodes prove themselves to each other", neighbours_.size());
  const auto until = std::chrono::steady_clock::now() + ways_patience;
  for (std::uint64_t up = 0;;) {
    auto answer =
        client.expect({.target = fmt::format("/v1/units/{}", plan_.tree().root().unit.str())});
    if (!answer) return answer.error();
    const auto status = nlohmann::json::parse(answer->body, nullptr, false);
    up = 0;
    if (const auto peers = status.find("peers"); peers != status.end())
      for (const auto& p : *peers)
        up += p.value("up", false) && neighbours_.contains(p.value("node", "")) ? 1 : 0;
    shown.at(up);
    if (up >= neighbours_.size()) break;
    if (asked_to_stop()) return interrupted();
    if (std::chrono::steady_clock::now() > until)
      return error{errc::timeout,
                   fmt::format("Only {} of {} nodes have found the way to the root's.", up,
                               neighbours_.size()),
                   {}};
    std::this_thread::sleep_for(50ms);
  }
  shown.end();
  return {};
}

std::uint64_t demo_cluster::memory() const {
  std::uint64_t all = 0;
  for (const auto& c : children_) all += c.memory();
  return all;
}

} // namespace loa::cli
