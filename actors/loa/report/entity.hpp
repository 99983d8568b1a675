#pragma once

#include <loa/node/entity.hpp>
#include <loa/protocol/report_facts.hpp>
#include <loa/protocol/unit.hpp>

namespace loa::report {

/// A citizen's report, `report/UNIT/LOCAL`. Its life follows model/report_rules.hpp; exactly one
/// unit is responsible at every instant, and each deadline that passes makes it the one above.
/// Where there is none above, the report stays where it is and counts as overdue.
///
/// What changes how it counts is posted to its home unit before the change is answered, so that the
/// figures include all that was answered. A report is bounded by model::report_limits.
class entity {
public:
  static constexpr std::string_view kind = "report";
  using command = report::command;
  using reply = report::reply;
  using fact = report::fact;
  using decision = node::decision<fact>;

  /// Commands come through a gateway of this node.
  [[nodiscard]] static bool open_to_nodes(const command&) { return false; }
  [[nodiscard]] decision decide(const command& c, const node::context& ctx) const;
  [[nodiscard]] decision on_reminder(const std::string& id, const node::context& ctx) const;
  [[nodiscard]] std::vector<node::effect> on_wake(const node::context& ctx) const;
  void apply(const fact& f);

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("report", self.report_);
    f.optional("clocks", self.clocks_);
    f.optional("received", self.received_);
    f.optional("overdue", self.overdue_);
    f.optional("overran", self.overran_);
  }
  bool operator==(const entity&) const = default;

private:
  decision on(const get_report& c, const node::context& ctx) const;
  decision on(const act& c, const node::context& ctx) const;
  /// The decision that a step is taken, with all who must hear of it.
  [[nodiscard]] decision take(stepped f, const node::context& ctx) const;
  [[nodiscard]] unit::report_standing standing() const;
  /// When something is to happen by itself.
  [[nodiscard]] std::optional<instant> next_tick() const;
  [[nodiscard]] std::optional<error> not_responsible(const act& c) const;

  model::report report_; ///< Without a code there is none.
  report::clocks clocks_;
  instant received_;
  bool overdue_ = false; ///< A deadline passed since it was last processed.
  bool overran_ = false; ///< The present deadline passed with nobody above.
};

} // namespace loa::report
