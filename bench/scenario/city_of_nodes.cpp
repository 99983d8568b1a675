#include <bench/load/http_messages.hpp>
#include <bench/scenario/city_of_nodes.hpp>
#include <bindings/node/hierarchy.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace loa::bench {

namespace {

namespace fs = std::filesystem;
constexpr auto patience = std::chrono::seconds(60);

std::string text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

/// The node of each unit below the root: they take turns.
std::vector<std::size_t> shares(std::size_t below, std::size_t nodes) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < below; ++i) out.push_back(nodes == 1 ? 0 : 1 + i % (nodes - 1));
  return out;
}

} // namespace

result<std::unique_ptr<city_of_nodes>> city_of_nodes::start(conductor& c, const fs::path& where,
                                                            const std::string& hierarchy,
                                                            std::size_t nodes, bool leave_last) {
  auto city = std::unique_ptr<city_of_nodes>(new city_of_nodes);
  city->program_ = c.program();
  city->stopped_ = c.stopping();
  if (auto good = city->lay_out(c, where, hierarchy, nodes); !good) return good.error();
  if (auto good = city->run(c, leave_last ? nodes - 1 : nodes); !good) return good.error();
  return city;
}

result<void> city_of_nodes::lay_out(conductor& c, const fs::path& where,
                                    const std::string& hierarchy, std::size_t count) {
  auto read = host::read_hierarchy(hierarchy);
  if (!read) return read.error();
  const auto& tree = **read;
  root_ = tree.root().unit.str();
  const auto districts = tree.children(tree.root().unit);
  const auto share = shares(districts.size(), count);
  std::map<path, std::size_t> host;
  for (std::size_t i = 0; i < districts.size(); ++i) host[districts[i]->unit] = share[i];
  for (const auto& u : tree.all()) {
    if (!tree.children(u.unit).empty()) continue;
    lowest_.push_back(u.unit.str());
    auto above =
        std::ranges::find_if(host, [&](const auto& h) { return h.first.contains(u.unit); });
    home_.push_back(above == host.end() ? 0 : above->second);
  }
  std::vector<forwarder::way> ways;
  std::string layout;
  for (std::size_t n = 0; n < count; ++n) {
    member made;
    made.name = n == 0 ? "root" : fmt::format("part-{}", n);
    made.config = where / "cluster" / "nodes" / made.name / "node.json";
    made.log = where / (made.name + ".log");
    std::string hosts = n == 0 ? fmt::format("\"{}\"", root_) : std::string();
    if (n == 0) made.top = root_;
    for (std::size_t i = 0; i < districts.size(); ++i) {
      if (n == 0 || share[i] != n) continue;
      if (made.top.empty()) made.top = districts[i]->unit.str();
      hosts += fmt::format("{}\"{}\"", hosts.empty() ? "" : ",", districts[i]->unit.str());
    }
    auto line = free_port();
    auto behind = free_port();
    auto http = free_port();
    if (!line || !behind || !http) return error{errc::unavailable, "No ports are free.", {}};
    ways.push_back({*line, *behind});
    made.http = *http;
    layout += fmt::format(
        R"({}{{"node":"{}","hosts":[{}],"address":"127.0.0.1:{}","http":"http://127.0.0.1:{}"}})",
        n > 0 ? "," : "", made.name, hosts, *line, *http);
    nodes_.push_back(std::move(made));
  }
  if (count == 1) {
    nodes_.front().config = where / "node.json";
    std::ofstream(nodes_.front().config) << fmt::format(
        R"({{"name": "root", "data": "data", "hierarchy": "{}", "http": {{"listen": "127.0.0.1:{}"}}}})",
        fs::absolute(hierarchy).string(), nodes_.front().http);
  } else {
    const auto file = where / "layout.json";
    std::ofstream(file) << "{\"nodes\":[" << layout << "]}";
    const auto said = first_line_of(fmt::format(
        "'{}' cluster init --hierarchy '{}' --layout '{}' --out '{}' --name bench --json",
        c.program().string(), hierarchy, file.string(), (where / "cluster").string()));
    for (std::size_t n = 0; n < count; ++n) {
      auto config = text_of(nodes_[n].config);
      // Others call the line; the node listens behind it.
      const auto line = fmt::format("\"listen\": \"127.0.0.1:{}\"", ways[n].from);
      const auto at = config.find(line);
      if (at == std::string::npos)
        return error{errc::unavailable, "The cluster could not be laid out: " + said, {}};
      config.replace(at, line.size(), fmt::format("\"listen\": \"127.0.0.1:{}\"", ways[n].to));
      std::ofstream(nodes_[n].config) << config;
    }
    auto lines = forwarder::open(ways);
    if (!lines) return lines.error();
    lines_ = *std::move(lines);
  }
  token_ = first_line_of(fmt::format("'{}' token add --config '{}' --role editor --unit {}",
                                     c.program().string(), nodes_.front().config.string(), root_));
  return {};
}

result<void> city_of_nodes::run(conductor& c, std::size_t count) {
  for (std::size_t n = 0; n < count; ++n)
    if (auto good = start_again(n); !good) return good.error();
  for (std::size_t n = 0; n < count; ++n) {
    if (c.stopped()) return error{errc::unavailable, "Stopped.", {}};
    if (auto good = wait_for(n, "/readyz"); !good) return good.error();
  }
  return {};
}

result<void> city_of_nodes::start_again(std::size_t n) {
  auto& node = nodes_[n];
  auto process = server_process::start(
      {{program_.string(), "node", node.config.string()}, node.log, {}, {}}, stopped_);
  if (!process) return process.error();
  node.process = *std::move(process);
  return {};
}

result<void> city_of_nodes::wait_for(std::size_t n, const std::string& target) {
  auto& node = nodes_[n];
  return node.process->wait_until([&] { return status_of_get(node.http, target) == 200; },
                                  patience);
}

std::vector<int> city_of_nodes::processes() const {
  std::vector<int> out;
  for (const auto& n : nodes_)
    if (n.process) out.push_back(n.process->id());
  return out;
}

} // namespace loa::bench
