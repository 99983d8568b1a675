#include <bindings/http/internal/calls.hpp>
#include <bindings/http/metrics_page.hpp>

namespace loa::http {

void get_metrics(exchange x) {
  x.respond({200, metrics_page_type, metrics_page(x.shared.metrics), {}, false});
}

void get_health(exchange x) {
  x.respond(response::json(200, R"({"status":"alive"})"));
}

void get_readiness(exchange x) {
  if (x.shared.draining)
    return x.respond(response::problem({errc::unavailable, "This node is about to stop.", {}}));
  if (x.shared.ready)
    if (auto ready = x.shared.ready(); !ready)
      return x.respond(response::problem(503, ready.error()));
  x.respond(response::json(200, R"({"status":"ready"})"));
}

} // namespace loa::http
