#include <bindings/http/internal/calls.hpp>
#include <loa/unit/gather.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace loa::http {

namespace {

/// A time in the query; nothing where it is absent.
result<std::optional<instant>> time_parameter(const request& r, std::string_view name) {
  auto text = r.parameter(name);
  if (!text) return text.error();
  if (!*text) return std::optional<instant>();
  auto time = parse_rfc3339(**text);
  if (!time)
    return error{errc::malformed,
                 fmt::format("The query parameter \"{}\": {}", name, time.error().detail),
                 {}};
  return std::optional(*time);
}

} // namespace

void get_delivery(exchange x) {
  const auto id = x.request.params[0];
  const auto top = model::unit_of(id).value(); // judged before the call
  // Names of people are for officials of the subtree; everybody else gets the figures alone.
  const bool names = x.request.who.allowed(call::read_missing, top);
  const auto gatherer = x.shared.gatherer.load();
  gatherer->delivery(
      id, top, names ? model::delivery_report::most_missing : 0,
      [respond = std::move(x.respond), names](const result<model::delivery_report>& r) {
        if (!r) return respond(response::problem(r.error()));
        wire::document d;
        wire::write(d.root(), *r, wire::form::text);
        if (!names) {
          d.root().erase("missing");
          d.root().erase("more_missing");
        }
        respond(response::json(200, d.to_json()));
      });
}

void get_effectiveness(exchange x) {
  const auto from = time_parameter(x.request, "from");
  if (!from) return x.respond(response::problem(from.error()));
  const auto to = time_parameter(x.request, "to");
  if (!to) return x.respond(response::problem(to.error()));
  if (*from && *to && **to <= **from)
    return x.respond(
        response::problem(error{errc::rule, "\"to\" must be later than \"from\".", {}}));
  const auto gatherer = x.shared.gatherer.load();
  gatherer->effectiveness(unit_of_path(x.request), *from, *to,
                          [respond = std::move(x.respond)](const result<model::effectiveness>& r) {
                            if (!r) return respond(response::problem(r.error()));
                            wire::document d;
                            wire::write(d.root(), *r, wire::form::text);
                            for (const auto* end : {"from", "to"})
                              d.root().emplace(end, nullptr); // one that was left open
                            respond(response::json(200, d.to_json()));
                          });
}

} // namespace loa::http
