#include <bench/load/http_line.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/peers/server.hpp>
#include <bench/scenario/solitary_node.hpp>
#include <bindings/node/hierarchy.hpp>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>

namespace loa::bench {

namespace {
constexpr auto patience = std::chrono::seconds(120);
}

result<solitary_node> solitary_node::prepare(conductor& c, const std::string& hierarchy,
                                             const std::string& more) {
  auto where = c.directory("node");
  if (!where) return where.error();
  auto port = free_port();
  if (!port) return port.error();
  auto tree = host::read_hierarchy(hierarchy);
  if (!tree) return tree.error();
  solitary_node out;
  out.port_ = *port;
  out.root_ = (*tree)->root().unit.str();
  for (const auto& u : (*tree)->all())
    if ((*tree)->children(u.unit).empty()) out.lowest_.push_back(u.unit.str());
  out.config_ = *where / "node.json";
  out.log_ = *where / "log";
  std::ofstream(out.config_) << fmt::format(
      R"({{"name": "bench", "data": "data", "hierarchy": "{}", "http": {{"listen": "127.0.0.1:{}"}}{}}})",
      std::filesystem::absolute(hierarchy).string(), out.port_, more);
  out.token_ = first_line_of(fmt::format("'{}' token add --config '{}' --role dispatcher --unit {}",
                                         c.program().string(), out.config_.string(), out.root_));
  if (out.token_.empty() || out.token_.find(' ') != std::string::npos)
    return error{errc::unavailable, "No token for the node: " + out.token_, {}};
  return out;
}

result<void> solitary_node::start(conductor& c) {
  auto process = server_process::start(
      {{c.program().string(), "node", config_.string()}, log_, {}, {}}, c.stopping());
  if (!process) return process.error();
  process_ = std::move(*process);
  return process_->wait_until([this] { return status_of_get(port_, "/readyz") == 200; }, patience);
}

void solitary_node::kill() {
  if (process_) process_->kill();
  process_.reset();
}

result<double> solitary_node::metric(std::string_view name) const {
  auto line = http_line::open(0x7f000001, port_);
  if (!line) return line.error();
  const auto page = line->exchange(get_request("/metrics", {}), patience);
  if (!page) return page.error();
  const auto wanted = fmt::format("\n{} ", name);
  const auto at = page->body.find(wanted);
  return at == std::string::npos ? 0
                                 : std::strtod(page->body.c_str() + at + wanted.size(), nullptr);
}

} // namespace loa::bench
