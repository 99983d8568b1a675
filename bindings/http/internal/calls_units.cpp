#include <bindings/http/internal/calls.hpp>
#include <loa/protocol/unit.hpp>

#include <nlohmann/json.hpp>

namespace loa::http {

void get_unit(exchange x) {
  auto& shared = x.shared;
  const auto to = unit_entity(unit_of_path(x.request));
  ask<unit::unit_status>(std::move(x), to, wire::value::of(unit::get_unit{}), {},
                         [&shared](const unit::unit_status& status) {
                           wire::document d;
                           wire::write(d.root(), status, wire::form::text);
                           d.root()["node"] = shared.options.node;
                           return response::json(200, d.to_json());
                         });
}

} // namespace loa::http
