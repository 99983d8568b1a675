#pragma once

#include <bindings/http/authority.hpp>
#include <bindings/http/backend.hpp>
#include <bindings/http/internal/figures.hpp>
#include <bindings/http/internal/known_citizens.hpp>
#include <bindings/http/internal/ledger.hpp>
#include <bindings/http/internal/mailbox.hpp>
#include <bindings/http/internal/open_streams.hpp>
#include <bindings/http/internal/post_limiter.hpp>
#include <bindings/http/internal/tls.hpp>
#include <bindings/http/internal/units_in_force.hpp>
#include <loa/unit/gather.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <vector>

namespace loa::http {

/// What all threads of one gateway share. What is not atomic is set before they start.
struct gateway {
  gateway(server_options o, std::shared_ptr<const model::unit_tree> t, http::authority& a,
          metric_registry& m, log_sink& l, const clock& c, random_source& r)
      : options(std::move(o)),
        tree(std::move(t)),
        authority(a),
        metrics(m),
        log(l),
        time(c),
        random(r),
        ledger(options.limits),
        posts(options.reports_per_minute, r),
        figures(m) {}

  const server_options options;
  units_in_force tree;
  http::authority& authority;
  metric_registry& metrics;
  log_sink& log;
  const clock& time;
  random_source& random;
  connection_ledger ledger;
  post_limiter posts; ///< Of those without a token.
  http::figures figures;
  open_streams devices;
  backend* node = nullptr;
  std::atomic<std::shared_ptr<unit::gatherer>> gatherer; ///< By the units in force.
  std::unique_ptr<known_citizens> known;                 ///< Null where citizens need no secret.
  std::function<result<void>()> ready;                   ///< May be empty: always ready.
  std::atomic<bool> draining{false};
  std::atomic<std::shared_ptr<const tls_context>> tls; ///< Null without TLS.
  std::vector<std::shared_ptr<mailbox>> mailboxes;     ///< One per I/O thread.
};

} // namespace loa::http
