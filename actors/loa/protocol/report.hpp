#pragma once

#include <loa/model/bulletin.hpp>
#include <loa/protocol/report_clocks.hpp>
#include <loa/wire/record.hpp>

/// \file
/// What `report/UNIT/LOCAL` is told and answers. A report's code is "UNIT-LOCAL"; `name_of` gives
/// the entity's name. Every answer is the whole report; whoever shows it to somebody who is no
/// official of its unit redacts it (model::redacted).
namespace loa::report {

/// Who acts.
struct actor {
  bool official = false;
  std::string subject; ///< As the token names an official; what the history shows.
  path unit; ///< An official's unit: good for reports that this unit or one below answers for.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("official", self.official);
    f.optional("subject", self.subject);
    f.optional("unit", self.unit);
  }
};

/// Answers with model::report; not_found if no report has this code.
struct get_report {
  static constexpr wire::type_tag tag{"loa.report.get_report", 1};
  template <class Self, class Fields>
  static void describe(Self&, Fields&) {}
};

/// Answers with model::report as it is then. Errors: conflict (wrong state), forbidden (not for
/// this party, or another unit answers for it), rule (something is missing or wrong), not_found.
struct act {
  static constexpr wire::type_tag tag{"loa.report.act", 1};
  model::report_action action;
  actor by;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("action", self.action);
    f("by", self.by);
  }
};

using command = std::variant<get_report, act>;
using reply = std::variant<model::report>;

/// The name of the report with a code; an error if the text is no code.
[[nodiscard]] inline result<name> name_of(std::string_view code) {
  const auto home = model::unit_of(code);
  if (!home) return home.error();
  return name::of("report", *home, code.substr(home->str().size() + 1));
}

} // namespace loa::report
