#pragma once

#include <loa/model/report.hpp>

/// \file
/// The life of a report as pure functions. An entity asks `plan` whether an action may be done,
/// stores the step as a fact, and applies it:
///
///     auto step = plan(r, action, report_party::official);
///     if (!step) return step.error();          // conflict, forbidden or rule; nothing has changed
///     apply(r, *step, now, "79.769.26794", clocks);
///
///     from          classify    assign    start        answer    reject    escalate   close reopen
///     rate received      classified  .         .            .         rejected  escalated  . . .
///     classified    classified  assigned  .            .         rejected  escalated  .       . .
///     assigned      .           assigned  in_progress  answered  rejected  escalated  .       . .
///     in_progress   .           assigned  .            answered  rejected  escalated  .       . .
///     answered      .           .         .            .         .         .          closed
///     reopened  (same) closed        .           .         .            .         .         . .
///     reopened  (same) rejected      .           .         .            .         .         . .
///     reopened  . reopened      classified  assigned  .            .         rejected  escalated
///     .       .         . escalated     classified  assigned  in_progress  answered  rejected
///     escalated  .       .         .
///
/// Reopening and rating are the citizen's, the rest is the officials'; the system only escalates
/// what is overdue and closes what was answered. Reopening is possible once.
namespace loa::model {

enum class report_party : std::uint8_t { citizen, official, system };

/// How long a report may stay in a state. Counted from when it was received, reopened or escalated
/// last, so that a step taken late does not move the next one.
struct report_clocks {
  duration classify = std::chrono::minutes(5); ///< Leave received or reopened.
  duration competence =
      std::chrono::hours(1);               ///< Leave classified or escalated: say who is competent.
  duration answer = std::chrono::days(10); ///< Leave assigned or in_progress.
  duration answer_shared = std::chrono::days(15); ///< The same where several agencies share it.
  bool operator==(const report_clocks&) const = default;
};

/// The state that an action leads to from a state; none if it is not possible there.
[[nodiscard]] std::optional<report_state> next_state(report_state from,
                                                     report_verb action) noexcept;

/// True if that party may do it at all.
[[nodiscard]] bool may(report_party who, report_verb action) noexcept;

/// answered, closed and rejected: counted as processed. Everything else is in progress.
[[nodiscard]] bool is_processed(report_state s) noexcept;

/// What an admitted action changes: store it, then apply it.
struct report_step {
  static constexpr wire::type_tag tag{"loa.report_step", 1};

  report_verb action = report_verb::classify;
  report_state state = report_state::received; ///< The state afterwards.
  path responsible;                            ///< Afterwards.
  std::string note;
  std::string category; ///< Empty where it stays.
  std::optional<int> rating;
  std::vector<path> shared_with;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("action", self.action);
    f("state", self.state);
    f("responsible", self.responsible);
    f.optional("note", self.note);
    f.optional("category", self.category);
    f.optional("rating", self.rating);
    f.optional("shared_with", self.shared_with);
  }
  bool operator==(const report_step&) const = default;
};

/// What the action would do. `conflict` if the state does not admit it, it was reopened before, or
/// there is nobody above to escalate to; `forbidden` if it is not for that party; `rule` if a note
/// is missing (answer, reject) or the rating is not 1 to 5. Assigning without `to` leaves the
/// responsible unit as it is; escalating without `to` goes to its parent and must go upwards.
[[nodiscard]] result<report_step> plan(const report& r, const report_action& action,
                                       report_party who);

/// A report as it is when it has just been received.
[[nodiscard]] report receive(const report_request& request, report_code code, const path& unit,
                             instant now, const report_clocks& clocks);

/// Carries the step out. `by` is what the history shows.
void apply(report& r, const report_step& step, instant now, std::string by,
           const report_clocks& clocks);

/// When the report must leave its state; none if it is processed.
[[nodiscard]] std::optional<instant> due_at(const report& r, const report_clocks& clocks);

} // namespace loa::model
