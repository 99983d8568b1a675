// Units that move to another node: loa cluster move.

#include <bindings/http/internal/calls.hpp>

#include <nlohmann/json.hpp>

namespace loa::http {

namespace {

using nlohmann::json;

response show(const gateway& shared, const path& unit, int status) {
  json shown{{"unit", unit.str()}, {"node", shared.options.node}};
  if (const auto m = shared.node->moving(); m && m->prefix == unit) {
    shown["move"] = {{"to", m->to},
                     {"epoch", m->epoch},
                     {"step", wire::enum_name(m->step)},
                     {"octets", m->octets}};
    if (!m->why.empty()) shown["move"]["why"] = m->why;
  }
  return response::json(status, shown.dump());
}

} // namespace

void post_move(exchange x) {
  auto& shared = x.shared;
  const auto unit = unit_of_path(x.request);
  shared.node->move(unit, x.request.body,
                    [&shared, unit, respond = x.respond](const result<void>& begun) {
                      respond(begun ? show(shared, unit, 202) : response::problem(begun.error()));
                    });
}

void get_move(exchange x) {
  x.respond(show(x.shared, unit_of_path(x.request), 200));
}

} // namespace loa::http
