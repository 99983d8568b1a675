#pragma once

#include <bindings/node/ask_window.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

#include <vector>

namespace loa::bench {

/// Lets so many reports come in at a node's units, in turn. The last one's code.
[[nodiscard]] inline result<model::report_code>
take_reports(node::runtime& at, const std::vector<path>& units, std::size_t how_many) {
  host::ask_window reports(at, 4'096);
  model::report_code code;
  for (std::size_t i = 0; i < how_many; ++i) {
    const auto& unit = units[i % units.size()];
    code = model::make_report_code(unit, system_random());
    model::report_request r;
    r.citizen = fmt::format("c{}", i);
    r.category = "giao-thong";
    r.text = "Đường ngập sâu trước chợ, xe máy không đi qua được từ sáng nay.";
    reports.ask(name::of("unit", unit), wire::value::of(unit::submit_report{std::move(r), code}));
  }
  if (auto done = reports.finish(); !done) return done.error();
  return code;
}

} // namespace loa::bench
