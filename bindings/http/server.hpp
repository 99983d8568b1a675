#pragma once

#include <bindings/http/authority.hpp>
#include <bindings/http/backend.hpp>
#include <bindings/http/options.hpp>
#include <loa/base/log.hpp>
#include <loa/base/metrics.hpp>
#include <loa/model/unit_tree.hpp>

#include <functional>
#include <memory>

namespace loa::http {

/// What a gateway stands on. All of it outlives the server.
struct server_parts {
  std::shared_ptr<const model::unit_tree> tree;
  http::authority& authority;
  metric_registry& metrics;
  log_sink& log = no_log();
  const clock& time = system_clock();
  random_source& random = system_random();
  /// What `GET /readyz` asks, on an I/O thread; an error says why the node is not ready. May be
  /// empty.
  std::function<result<void>()> ready;
};

/// The gateway: HTTP/1.1 and WebSocket in front of a node.
///
/// A node's entities reach clients through drivers, which the node takes when it starts; and the
/// gateway needs the node to answer. So there are two steps:
///
///     auto gateway = http::server::create(options, parts);
///     auto node = node::runtime::start(..., {{"citizen", &gateway->citizens()},
///                                            {"device", &gateway->devices()}}, ...);
///     http::runtime_backend backend(*node);
///     gateway->start(backend);
///     ...
///     gateway->drain(patience);   // first the clients, then the node
///     gateway->stop();
///     node->stop();
///
/// The server outlives the node, the backend everything but the node. `create`, `start`, `drain`
/// and `stop` are for one thread; all else may be called from any.
class server {
public:
  ~server();

  /// Checks the options, reads the certificate and binds nothing yet.
  [[nodiscard]] static result<std::unique_ptr<server>> create(server_options options,
                                                              server_parts parts);

  /// The drivers of the same names. Before `start` and after `stop` they drop what they get.
  [[nodiscard]] node::driver& citizens() noexcept;
  [[nodiscard]] node::driver& devices() noexcept;

  /// What other nodes' gateways ask of this one, for clients of theirs.
  [[nodiscard]] node::service calls_of_nodes();

  /// Binds the address and serves. Once.
  [[nodiscard]] result<void> start(backend& node);
  /// The port that is listened on; 0 before `start`.
  [[nodiscard]] std::uint16_t port() const noexcept;

  /// Reads certificate and key again, for connections to come. If they are bad the old ones stay.
  [[nodiscard]] result<void> reload_certificates();

  /// From now on calls are judged by these units. Any thread.
  void use(std::shared_ptr<const model::unit_tree> units);

  struct figures {
    std::size_t connections = 0;
  };
  [[nodiscard]] figures read_figures() const;

  /// Takes no new connections and requests, lets those under way end, tells streams to come back
  /// later, and returns when all are gone. False if some were left when the time was over.
  bool drain(duration patience);
  /// Ends everything at once. Harmless when repeated.
  void stop();

private:
  class impl;
  explicit server(std::unique_ptr<impl> i);
  std::unique_ptr<impl> impl_;
};

} // namespace loa::http
