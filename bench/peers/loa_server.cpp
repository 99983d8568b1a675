#include <bench/harness/server_process.hpp>
#include <bench/load/citizen.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/socket.hpp>
#include <bench/peers/node_probe.hpp>
#include <bench/peers/registered_devices.hpp>
#include <bench/peers/server.hpp>
#include <loa/base/random.hpp>
#include <loa/model/unit_tree.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>

namespace loa::bench {

namespace {

namespace fs = std::filesystem;

/// What clients of a node need to know.
struct ways {
  std::string root;
  std::vector<std::string> lowest;
  std::string alert;
  std::string token;
  std::string device_token;
  std::string administrator;
  bool acknowledge = true;
  std::size_t bulletin_text = 0;
  side_topics beside;
  std::size_t text_beside = 0;
};

class loa_node final : public running_server {
public:
  loa_node(ways w, std::uint32_t host, std::uint16_t port, std::optional<server_process> process)
      : ways_(std::move(w)),
        host_(host),
        port_(port),
        process_(std::move(process)) {}
  std::uint32_t host() const override { return host_; }
  std::uint16_t port() const override { return port_; }
  std::string token() const override { return ways_.token; }
  std::vector<int> processes() const override {
    return process_ ? std::vector{process_->id()} : std::vector<int>{};
  }
  std::unique_ptr<subscriber_protocol> subscribers() const override {
    auto followed = ways_.lowest;
    if (ways_.bulletin_text > 0) followed = {fmt::format("{}", fmt::join(ways_.lowest, ","))};
    return std::make_unique<citizens>("bench", std::move(followed), ways_.acknowledge);
  }
  std::unique_ptr<publisher_protocol> publisher() const override {
    if (ways_.bulletin_text > 0)
      return std::make_unique<bulletin_poster>(ways_.lowest, ways_.token, ways_.bulletin_text);
    return std::make_unique<alert_poster>(ways_.root, ways_.token, ways_.alert);
  }
  std::unique_ptr<publisher_protocol> publisher_beside() const override {
    auto units = ways_.lowest;
    units.resize(std::min(units.size(), ways_.beside.count));
    return std::make_unique<bulletin_poster>(units, ways_.token, ways_.text_beside);
  }
  std::unique_ptr<subscriber_protocol> devices() const override {
    if (!devices_) return nullptr;
    return std::make_unique<bench::devices>(devices_->names(), ways_.device_token);
  }

  /// Registers so many devices for as long as this lives.
  result<void> register_devices(std::size_t count, const conductor& c) {
    if (count == 0) return {};
    auto added = registered_devices::add(
        {host_,
         port_,
         {fmt::format("bench-{}-", random_id(system_random(), 8)), ways_.lowest},
         count,
         ways_.administrator,
         process_.has_value(),
         [&c](const std::string& line) { c.say(line); }},
        [&c] { return c.stopped(); });
    if (!added) return added.error();
    devices_ = *std::move(added);
    return {};
  }

private:
  ways ways_;
  std::uint32_t host_;
  std::uint16_t port_;
  std::optional<server_process> process_;
  std::unique_ptr<registered_devices> devices_; ///< Goes before the node does.
};

result<std::string> text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  if (!in || !(out << in.rdbuf()))
    return error{errc::not_found, fmt::format("{}: cannot be read.", file.string()), {}};
  return out.str();
}

result<model::unit_tree> tree_of(const std::string& hierarchy) {
  auto text = text_of(hierarchy);
  if (!text) return text.error();
  return model::unit_tree::load(*text);
}

std::vector<std::string> lowest_of(const model::unit_tree& tree) {
  std::vector<std::string> out;
  for (const auto& u : tree.all())
    if (tree.children(u.unit).empty()) out.push_back(u.unit.str());
  return out;
}

class loa_kind final : public server_kind {
public:
  explicit loa_kind(loa_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return std::string("loa " LOA_VERSION); }
  std::vector<setting> settings() const override {
    std::vector<setting> out{
        {"hierarchy", options_.hierarchy},
        {"published", options_.bulletin_text > 0
                          ? fmt::format("bulletins of {} communes in turn, a feed each, all of "
                                        "which each citizen follows",
                                        units_of_bulletins)
                          : "alerts of the root"},
        {"acknowledgements", options_.acknowledges ? "every frame, durable" : "none"},
        {"configuration", "the defaults"},
        {"durable", "accepted after fsync"}};
    if (!options_.address.empty()) out.push_back({"node", options_.address});
    if (options_.devices > 0)
      out.push_back({"devices", fmt::format("{} loudspeakers over the communes in turn; each says "
                                            "ack and played at once",
                                            options_.devices)});
    return out;
  }

  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape& m) override {
    auto tree = tree_of(options_.hierarchy);
    if (!tree) return tree.error();
    ways w;
    w.root = tree->root().unit.str();
    w.lowest = lowest_of(*tree);
    w.alert = options_.alert;
    w.token = w.administrator = options_.token;
    w.device_token = options_.device_token;
    w.acknowledge = options_.acknowledges;
    w.bulletin_text = options_.bulletin_text;
    w.beside = m.beside;
    w.text_beside = options_.text_beside;
    if (w.bulletin_text > 0) w.lowest.resize(std::min(w.lowest.size(), units_of_bulletins));
    auto node = options_.address.empty() ? start_here(c, std::move(w)) : join(std::move(w));
    if (!node) return node.error();
    if (auto good = (*node)->register_devices(options_.devices, c); !good) return good.error();
    return std::unique_ptr<running_server>(*std::move(node));
  }

private:
  result<std::unique_ptr<loa_node>> join(ways w) const {
    const auto colon = options_.address.rfind(':');
    std::uint16_t port = 0;
    const auto* end = options_.address.data() + options_.address.size();
    const auto read = colon == std::string::npos
                          ? std::from_chars_result{nullptr, std::errc::invalid_argument}
                          : std::from_chars(options_.address.data() + colon + 1, end, port);
    if (read.ec != std::errc() || read.ptr != end || port == 0)
      return error{
          errc::malformed,
          fmt::format("\"{}\" is no address: HOST:PORT, as 127.0.0.1:8135.", options_.address),
          {}};
    auto host = ipv4(options_.address.substr(0, colon));
    if (!host) return host.error();
    if (auto good = probe_node(*host, port, options_.address, w.root, w.lowest.front(), w.token);
        !good)
      return good.error();
    if (options_.devices > 0)
      if (auto good = probe_for_devices(*host, port, options_.address, w.root, w.administrator,
                                        w.device_token);
          !good)
        return good.error();
    return std::make_unique<loa_node>(std::move(w), *host, port, std::nullopt);
  }

  static result<std::string> new_token(const conductor& c, const fs::path& config,
                                       std::string_view role, const std::string& unit) {
    auto token = first_line_of(fmt::format("'{}' token add --config '{}' --role {} --unit {}",
                                           c.program().string(), config.string(), role, unit));
    if (token.find(' ') != std::string::npos || token.empty())
      return error{errc::unavailable, "No token for the node: " + token, {}};
    return token;
  }

  result<std::unique_ptr<loa_node>> start_here(conductor& c, ways w) const {
    auto where = c.directory("loa");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    const auto config = *where / "node.json";
    std::ofstream(config) << fmt::format(
        R"({{"name": "bench", "data": "data", "hierarchy": "{}", "http": {{"listen": "127.0.0.1:{}"}}}})",
        fs::absolute(options_.hierarchy).string(), *port);
    auto token = new_token(c, config, options_.role, w.root);
    if (!token) return token.error();
    w.token = *std::move(token);
    if (options_.devices > 0) {
      auto administrator = new_token(c, config, "administrator", w.root);
      auto device = new_token(c, config, "device", w.root);
      if (!administrator) return administrator.error();
      if (!device) return device.error();
      w.administrator = *std::move(administrator);
      w.device_token = *std::move(device);
    }
    auto process = server_process::start(
        {{c.program().string(), "node", config.string()}, *where / "log", {}, {}}, c.stopping());
    if (!process) return process.error();
    if (auto good =
            process->wait_until([&] { return port_answers(*port); }, std::chrono::seconds(60));
        !good)
      return good.error();
    return std::make_unique<loa_node>(std::move(w), 0x7f000001, *port, std::move(*process));
  }

  loa_options options_;
};

} // namespace

result<std::vector<std::string>> lowest_units(const std::string& hierarchy) {
  auto tree = tree_of(hierarchy);
  if (!tree) return tree.error();
  return lowest_of(*tree);
}

std::unique_ptr<server_kind> loa_server(loa_options o) {
  return std::make_unique<loa_kind>(std::move(o));
}

} // namespace loa::bench
