#pragma once

#include <bindings/cli/cluster_layout.hpp>
#include <bindings/node/config.hpp>
#include <loa/net/placement.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <vector>

/// \file
/// Where each node of a new cluster listens and where others reach it. Pure functions.
namespace loa::cli {

/// What nodes get that name no address of their own: the first on a host these ports, the next
/// there the ones behind them.
struct usual_addresses {
  std::string host = "127.0.0.1"; ///< An address literal or a name.
  std::uint16_t cluster_port = 7135;
  std::uint16_t http_port = 8135;
};

struct planned_node {
  std::string node;
  std::vector<path> hosts;
  std::string address;        ///< Where other nodes call it.
  host::endpoint listen;      ///< On a name's account it listens on all addresses.
  std::string http;           ///< Where clients are sent; empty: nowhere.
  host::endpoint http_listen; ///< On loopback unless `http` is plain and an address of its own.
  bool plain = false;         ///< Clients come from other machines without TLS, as was asked.
};

/// Gives each node its addresses. Errors have a JSON pointer into {"nodes": [...]}: a name or an
/// address that is none, one that nobody can call, such as 0.0.0.0, a port that two nodes of one
/// host would need, and no port left.
[[nodiscard]] result<std::vector<planned_node>> with_addresses(std::vector<node_wish> wishes,
                                                               const usual_addresses& usual);

/// The first placement: every epoch is 1.
[[nodiscard]] net::placement_document placement_of(std::span<const planned_node> nodes);

} // namespace loa::cli
