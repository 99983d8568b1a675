#pragma once

#include <loa/model/effectiveness.hpp>
#include <loa/protocol/report_clocks.hpp>

/// \file
/// Citizens' reports as the unit that received them, or is responsible, sees them. See unit.hpp.
namespace loa::unit {

/// Take a citizen's report. The caller makes the code (model::make_report_code) and has read the
/// request with model::read_report_request. Answers with `submitted`.
struct submit_report {
  static constexpr wire::type_tag tag{"loa.unit.submit_report", 1};
  model::report_request request;
  model::report_code code;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("request", self.request);
    f("code", self.code);
  }
};

struct submitted {
  static constexpr wire::type_tag tag{"loa.unit.submitted", 1};
  model::report_code code;
  instant due; ///< When it must be classified.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("due", self.due);
  }
};

/// How a report counts.
struct report_standing {
  bool processed = false;
  bool overdue = false;      ///< Missed a deadline and is not processed.
  std::optional<int> rating; ///< 1 to 5.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("processed", self.processed);
    f.optional("overdue", self.overdue);
    f.optional("rating", self.rating);
  }
  bool operator==(const report_standing&) const = default;
};

/// From a report to its home: it counts otherwise from now on.
struct report_changed {
  static constexpr wire::type_tag tag{"loa.unit.report_changed", 1};
  model::report_code code;
  instant received;
  report_standing before;
  report_standing after;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("received", self.received);
    f("before", self.before);
    f("after", self.after);
  }
};

/// From a report to those concerned: this unit is responsible from now on; none once it is
/// processed.
struct responsibility {
  static constexpr wire::type_tag tag{"loa.unit.responsibility", 1};
  model::report_code code;
  std::optional<path> responsible;
  std::optional<instant> due;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f.optional("responsible", self.responsible);
    f.optional("due", self.due);
  }
};

/// The reports that this unit has to deal with, in the order in which they came to it.
struct list_reports {
  static constexpr wire::type_tag tag{"loa.unit.list_reports", 1};
  std::uint32_t most = 100; ///< At most `limits::work_list`.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("most", self.most);
  }
};

struct work_item {
  model::report_code code;
  instant since; ///< When this unit became responsible.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("since", self.since);
  }
  bool operator==(const work_item&) const = default;
};

struct report_list {
  static constexpr wire::type_tag tag{"loa.unit.report_list", 1};
  std::vector<work_item> items;
  std::uint64_t more = 0; ///< How many beyond these.
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("items", self.items);
    f("more", self.more);
  }
};

} // namespace loa::unit
