#include <bindings/http/internal/calls.hpp>
#include <loa/protocol/unit.hpp>

#include <nlohmann/json.hpp>

namespace loa::http {

namespace {

using nlohmann::json;

/// How it stands with the other nodes, for a unit that lives on this one.
json peers_of(const gateway& shared) {
  auto all = json::array();
  for (const auto& p : shared.node->peers()) {
    json one{{"node", p.node},
             {"address", p.address},
             {"up", p.up},
             {"since", format_rfc3339(p.since)},
             {"queued", p.queued}};
    if (!p.why.empty()) one["why"] = p.why;
    if (!p.differs.empty()) one["documents"] = p.differs;
    all.push_back(std::move(one));
  }
  return all;
}

/// Names the node that a child lives on, if it is another one, and whether the way there is open.
void place_links(json& links, const json& peers, const backend& node) {
  for (auto& link : links) {
    const auto child = path::parse(link.value("unit", ""));
    if (!child) continue;
    const auto where = node.find(*child);
    if (where.here || where.node.empty()) continue;
    link["node"] = where.node;
    for (const auto& p : peers)
      if (p["node"] == where.node) {
        link["up"] = p["up"];
        link["since"] = p["since"];
      }
  }
}

} // namespace

void get_unit(exchange x) {
  auto& shared = x.shared;
  const bool official = x.request.who.official_of(unit_of_path(x.request));
  const auto to = unit_entity(unit_of_path(x.request));
  ask<unit::unit_status>(std::move(x), to, wire::value::of(unit::get_unit{}), {},
                         [&shared, official](const unit::unit_status& status) {
                           wire::document d;
                           wire::write(d.root(), status, wire::form::text);
                           auto& shown = d.root();
                           shown["node"] = shared.options.node;
                           const auto peers = peers_of(shared);
                           if (official && !peers.empty()) {
                             place_links(shown["links"], peers, *shared.node);
                             shown["peers"] = peers;
                           }
                           return response::json(200, d.to_json());
                         });
}

} // namespace loa::http
