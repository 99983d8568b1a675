#pragma once

#include <loa/model/report_rules.hpp>

namespace loa::report {

/// The clocks of a report as they are stored and configured, in milliseconds.
struct clocks {
  duration classify = model::report_clocks{}.classify;
  duration competence = model::report_clocks{}.competence;
  duration answer = model::report_clocks{}.answer;
  duration answer_shared = model::report_clocks{}.answer_shared;
  duration close = std::chrono::days(15); ///< What was answered closes by itself after so long.

  [[nodiscard]] model::report_clocks rules() const {
    return {classify, competence, answer, answer_shared};
  }

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("classify", self.classify);
    f("competence", self.competence);
    f("answer", self.answer);
    f("answer_shared", self.answer_shared);
    f("close", self.close);
  }
  bool operator==(const clocks&) const = default;
};

} // namespace loa::report
