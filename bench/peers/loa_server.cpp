#include <bench/harness/server_process.hpp>
#include <bench/load/citizen.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/socket.hpp>
#include <bench/peers/server.hpp>
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
  bool acknowledge = true;
  std::size_t bulletin_text = 0;
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
    if (ways_.bulletin_text > 0) {
      // Each connection begins with another unit, so that they do not all come to one at a time.
      auto units = ways_.lowest;
      std::rotate(units.begin(),
                  units.begin() + static_cast<std::ptrdiff_t>(publishers_++ % units.size()),
                  units.end());
      return std::make_unique<bulletin_poster>(units, ways_.token, ways_.bulletin_text);
    }
    return std::make_unique<alert_poster>(ways_.root, ways_.token, ways_.alert);
  }

private:
  ways ways_;
  std::uint32_t host_;
  std::uint16_t port_;
  std::optional<server_process> process_;
  mutable std::size_t publishers_ = 0;
};

result<std::string> text_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream out;
  if (!in || !(out << in.rdbuf()))
    return error{errc::not_found, fmt::format("{}: cannot be read.", file.string()), {}};
  return out.str();
}

class loa_kind final : public server_kind {
public:
  explicit loa_kind(loa_options o) : options_(std::move(o)) {}
  std::string name() const override { return "Loa"; }
  result<std::string> version() override { return std::string("loa " LOA_VERSION); }
  std::vector<setting> settings() const override {
    return {{"hierarchy", options_.hierarchy},
            {"published", options_.bulletin_text > 0
                              ? fmt::format("bulletins of {} communes in turn, a feed each, all of "
                                            "which each citizen follows",
                                            units_of_bulletins)
                              : "alerts of the root"},
            {"acknowledgements", options_.acknowledges ? "every frame, durable" : "none"},
            {"configuration", "the defaults"},
            {"durable", "accepted after fsync"}};
  }

  result<std::unique_ptr<running_server>> start(conductor& c, const message_shape&) override {
    auto text = text_of(options_.hierarchy);
    if (!text) return text.error();
    auto tree = model::unit_tree::load(*text);
    if (!tree) return tree.error();
    ways w{tree->root().unit.str(), {}, options_.alert, options_.token, options_.acknowledges,
           options_.bulletin_text};
    for (const auto& u : tree->all())
      if (tree->children(u.unit).empty()) w.lowest.push_back(u.unit.str());
    if (w.bulletin_text > 0) w.lowest.resize(std::min(w.lowest.size(), units_of_bulletins));
    return options_.address.empty() ? start_here(c, std::move(w)) : join(std::move(w));
  }

private:
  result<std::unique_ptr<running_server>> join(ways w) const {
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
    if (status_of_get(port, "/readyz", *host) == 0)
      return error{errc::unavailable,
                   fmt::format("No node answers at {}: is it running, and is that the address in "
                               "its http.listen, without TLS?",
                               options_.address),
                   {}};
    return std::unique_ptr<running_server>(
        std::make_unique<loa_node>(std::move(w), *host, port, std::nullopt));
  }

  result<std::unique_ptr<running_server>> start_here(conductor& c, ways w) const {
    auto where = c.directory("loa");
    if (!where) return where.error();
    auto port = free_port();
    if (!port) return port.error();
    const auto config = *where / "node.json";
    std::ofstream(config) << fmt::format(
        R"({{"name": "bench", "data": "data", "hierarchy": "{}", "http": {{"listen": "127.0.0.1:{}"}}}})",
        fs::absolute(options_.hierarchy).string(), *port);
    w.token =
        first_line_of(fmt::format("'{}' token add --config '{}' --role {} --unit {}",
                                  c.program().string(), config.string(), options_.role, w.root));
    if (w.token.find(' ') != std::string::npos || w.token.empty())
      return error{errc::unavailable, "No token for the node: " + w.token, {}};
    auto process = server_process::start(
        {{c.program().string(), "node", config.string()}, *where / "log", {}, {}}, c.stopping());
    if (!process) return process.error();
    if (auto good =
            process->wait_until([&] { return port_answers(*port); }, std::chrono::seconds(60));
        !good)
      return good.error();
    return std::unique_ptr<running_server>(
        std::make_unique<loa_node>(std::move(w), 0x7f000001, *port, std::move(*process)));
  }

  loa_options options_;
};

} // namespace

std::unique_ptr<server_kind> loa_server(loa_options o) {
  return std::make_unique<loa_kind>(std::move(o));
}

} // namespace loa::bench
