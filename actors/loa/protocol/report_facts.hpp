#pragma once

#include <loa/protocol/report.hpp>

/// What a report's journal holds. The home unit writes `received` with the effect `found`.
namespace loa::report {

/// The id of a report's reminder of what happens next by itself. The first one is set by the home
/// unit with the effect `found`.
inline constexpr std::string_view clock_id = "clock";

/// The report came in.
struct received {
  static constexpr wire::type_tag tag{"loa.report.received", 1};
  model::report_request request;
  model::report_code code;
  path unit;
  instant at;
  report::clocks clocks;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("request", self.request);
    f("code", self.code);
    f("unit", self.unit);
    f("at", self.at);
    f("clocks", self.clocks);
  }
};

/// Somebody did something with it, or a clock did.
struct stepped {
  static constexpr wire::type_tag tag{"loa.report.stepped", 1};
  model::report_step step;
  std::string by; ///< As the history shows it.
  instant at;
  bool overdue = false; ///< Because a deadline had passed.
  std::string subject;  ///< The official, as the token says.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("step", self.step);
    f("by", self.by);
    f("at", self.at);
    f.optional("overdue", self.overdue);
    f.optional("subject", self.subject);
  }
};

/// A deadline passed, and there is nobody above to escalate to.
struct overran {
  static constexpr wire::type_tag tag{"loa.report.overran", 1};
  instant at;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("at", self.at);
  }
};

using fact = std::variant<received, stepped, overran>;

} // namespace loa::report
