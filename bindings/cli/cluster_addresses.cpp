#include <bindings/cli/cluster_addresses.hpp>

#include <fmt/format.h>

#include <charconv>
#include <map>
#include <utility>

namespace loa::cli {

namespace {

constexpr unsigned last_port = 65'535;
constexpr std::string_view unencrypted = "http://";

std::string pointer(std::size_t node, std::string_view field) {
  return fmt::format("/nodes/{}/{}", node, field);
}

/// "HOST:PORT" as it is, since what it is gets checked with the placement.
std::pair<std::string, std::uint16_t> split(const std::string& address) {
  const auto colon = address.rfind(':');
  std::uint16_t port = 0;
  if (colon != std::string::npos)
    std::from_chars(address.data() + colon + 1, address.data() + address.size(), port);
  return {address.substr(0, colon), port};
}

bool nobodys(const host::endpoint& e) {
  return e.address == "0.0.0.0" || e.address == "::";
}

/// Hands out the ports of each host one after the other.
class ports {
public:
  explicit ports(unsigned first) : first_(first) {}
  /// 0 if none is left.
  std::uint16_t next(const std::string& host) {
    const auto port = first_ + given_[host]++;
    return static_cast<std::uint16_t>(port > last_port ? 0 : port);
  }

private:
  unsigned first_;
  std::map<std::string, unsigned> given_;
};

error no_port(std::size_t node, std::string_view field) {
  return {errc::rule,
          fmt::format("No port up to {} is left: begin with a lower one, --base-port and "
                      "--http-port.",
                      last_port),
          pointer(node, field)};
}

result<void> cluster_side(planned_node& to, std::size_t index) {
  const auto own = host::endpoint::parse(to.address);
  to.listen = own ? *own : host::endpoint{"0.0.0.0", split(to.address).second};
  if (own && nobodys(*own))
    return error{errc::rule,
                 fmt::format("Other nodes cannot call {}: write the address at which they reach "
                             "this one.",
                             to.address),
                 pointer(index, "address")};
  return {};
}

result<void> client_side(planned_node& to, std::size_t index, ports& free) {
  if (to.http.starts_with(unencrypted))
    if (const auto own = host::endpoint::parse(to.http.substr(unencrypted.size()))) {
      if (nobodys(*own) || own->port == 0)
        return error{
            errc::rule,
            fmt::format("Clients cannot call {}: write where they reach this node.", to.http),
            pointer(index, "http")};
      to.http_listen = *own;
      to.plain = !own->loopback();
      return {};
    }
  const auto host = split(to.address).first;
  const auto port = free.next(host);
  if (port == 0) return no_port(index, "http");
  to.http_listen = {to.listen.loopback() ? to.listen.address : "127.0.0.1", port};
  if (to.http.empty() && to.listen.loopback())
    to.http = std::string(unencrypted) + to.http_listen.str();
  return {};
}

/// Two nodes of one host that would listen on one port.
result<void> must_not_clash(const std::vector<planned_node>& nodes) {
  std::map<std::pair<std::string, std::string>, std::string> taken;
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto& node = nodes[n];
    for (const auto& [where, field] :
         {std::pair{&node.listen, "address"}, std::pair{&node.http_listen, "http"}}) {
      const auto [other, fresh] =
          taken.try_emplace({split(node.address).first, where->str()}, node.node);
      if (!fresh)
        return error{errc::rule,
                     fmt::format("Both \"{}\" and \"{}\" would listen on {}: give them other ports "
                                 "(--base-port, --http-port, or in the layout's file).",
                                 other->second, node.node, where->str()),
                     pointer(n, field)};
    }
  }
  return {};
}

} // namespace

result<std::vector<planned_node>> with_addresses(std::vector<node_wish> wishes,
                                                 const usual_addresses& usual) {
  std::vector<planned_node> nodes;
  nodes.reserve(wishes.size());
  ports for_nodes(usual.cluster_port);
  for (std::size_t n = 0; n < wishes.size(); ++n) {
    auto& wish = wishes[n];
    if (wish.address.empty()) {
      const auto port = for_nodes.next(usual.host);
      if (port == 0) return no_port(n, "address");
      wish.address = host::endpoint{usual.host, port}.str();
    }
    nodes.push_back({std::move(wish.node),
                     std::move(wish.hosts),
                     std::move(wish.address),
                     {},
                     std::move(wish.http),
                     {},
                     false});
  }
  if (auto good = net::placement::make(placement_of(nodes)); !good) return good.error();

  ports for_clients(usual.http_port);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (auto good = cluster_side(nodes[n], n); !good) return good.error();
    if (auto good = client_side(nodes[n], n, for_clients); !good) return good.error();
  }
  if (auto good = must_not_clash(nodes); !good) return good.error();
  return nodes;
}

net::placement_document placement_of(std::span<const planned_node> nodes) {
  net::placement_document d;
  for (const auto& n : nodes) {
    auto& place = d.nodes.emplace_back(net::node_place{n.node, n.address, {}, n.http});
    for (const auto& unit : n.hosts) place.hosts.push_back({unit, 1});
  }
  return d;
}

} // namespace loa::cli
