#pragma once

#include <loa/base/name.hpp>
#include <loa/base/random.hpp>
#include <loa/base/time.hpp>
#include <loa/model/geo.hpp>
#include <loa/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

/// \file
/// A report: what a citizen tells the authorities. The rules of its life are in report_rules.hpp.
namespace loa::model {

enum class report_state : std::uint8_t {
  received,
  classified,
  assigned,
  in_progress,
  answered,
  closed,
  rejected,
  reopened,
  escalated
};

enum class report_verb : std::uint8_t {
  classify,
  assign,
  start,
  answer,
  reject,
  escalate,
  close,
  reopen,
  rate
};

enum class report_kind : std::uint8_t {
  observation, ///< Phản ánh.
  petition,    ///< Kiến nghị.
  suggestion   ///< Góp ý.
};

/// Where something is, in a JSON body.
struct location {
  double lat = 0;
  double lon = 0;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("lat", self.lat);
    f("lon", self.lon);
  }
  bool operator==(const location&) const = default;
};

/// A picture or document that comes with a report.
struct attachment {
  std::string name;
  std::string type; ///< Media type, "image/jpeg".
  wire::octets data;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("name", self.name);
    f("type", self.type);
    f("data", self.data);
  }
  bool operator==(const attachment&) const = default;
};

/// One step in a report's life.
struct report_event {
  instant at;
  std::string by; ///< "citizen", "system", or the official's unit or name.
  report_state state = report_state::received; ///< The state after the step.
  std::string note;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("at", self.at);
    f("by", self.by);
    f("state", self.state);
    f.optional("note", self.note);
  }
  bool operator==(const report_event&) const = default;
};

/// "79.769.26794-3F0K2M9QXZ7AB": the home unit and 65 random bits; the citizen's key.
using report_code = std::string;

struct report {
  static constexpr wire::type_tag tag{"loa.report", 1};

  report_code code;
  path unit;        ///< Home: where it was received. Never changes.
  path responsible; ///< Exactly one at every instant.
  report_state state = report_state::received;
  std::string category;
  std::optional<instant> due; ///< When the present state must be left; none in a final state.
  std::vector<report_event> history; ///< Oldest first; the first is the reception.
  std::optional<std::string> answer;
  std::optional<int> rating; ///< 1 to 5.
  report_kind kind = report_kind::observation;
  std::string about;             ///< A bulletin's id, or empty.
  std::vector<path> shared_with; ///< Other agencies that take part in the answer.
  int times_reopened = 0;
  // Personal, gone from a redacted copy:
  std::string citizen;
  std::string text;
  std::optional<location> where;
  std::vector<attachment> attachments;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("code", self.code);
    f("unit", self.unit);
    f("responsible", self.responsible);
    f("state", self.state);
    f("category", self.category);
    f.optional("due", self.due);
    f("history", self.history);
    f.optional("answer", self.answer);
    f.optional("rating", self.rating);
    f.optional("kind", self.kind);
    f.optional("about", self.about);
    f.optional("shared_with", self.shared_with);
    f.optional("times_reopened", self.times_reopened);
    f.optional("citizen", self.citizen);
    f.optional("text", self.text);
    f.optional("location", self.where);
    f.optional("attachments", self.attachments);
  }
  bool operator==(const report&) const = default;
};

/// The report without personal data, for whoever knows only its code: no citizen, text, location
/// and attachments, and no note that a citizen wrote.
[[nodiscard]] report redacted(report r);

/// A new code; `unit_of` (bulletin.hpp) finds the unit in it.
[[nodiscard]] report_code make_report_code(const path& unit, random_source& random);

struct report_limits {
  static constexpr std::size_t text = 16'000; ///< Octets of UTF-8, like the others.
  static constexpr std::size_t note = 16'000;
  static constexpr std::size_t category = 64;
  static constexpr std::size_t citizen = 96;
  static constexpr std::size_t attachments = 5;
  static constexpr std::size_t attachment_octets = 512U << 10; ///< All of them together.
  static constexpr std::size_t shared_with = 16;
  static constexpr std::size_t history = 200; ///< Steps; more are refused.
};

/// The JSON body of `POST /v1/units/{unit}/reports`.
struct report_request {
  static constexpr wire::type_tag tag{"loa.report_request", 1};
  static constexpr std::size_t most_octets = 1U << 20;

  std::string citizen;
  std::string category;
  std::string text;
  report_kind kind = report_kind::observation;
  std::string about;
  std::optional<location> where;
  std::vector<attachment> attachments;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("citizen", self.citizen);
    f("category", self.category);
    f("text", self.text);
    f.optional("kind", self.kind);
    f.optional("about", self.about);
    f.optional("location", self.where);
    f.optional("attachments", self.attachments);
  }
  bool operator==(const report_request&) const = default;
};

/// The JSON body of `POST /v1/reports/{code}/actions`.
struct report_action {
  static constexpr wire::type_tag tag{"loa.report_action", 1};
  static constexpr std::size_t most_octets = 64U << 10;

  report_verb action = report_verb::classify;
  std::string note;              ///< The answer's text, the reason of a rejection, a remark.
  std::optional<path> to;        ///< Who becomes responsible; assign and escalate only.
  std::optional<int> rating;     ///< 1 to 5; rate only.
  std::string category;          ///< A corrected category; classify only.
  std::vector<path> shared_with; ///< Agencies that share the answer; assign only.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("action", self.action);
    f.optional("note", self.note);
    f.optional("to", self.to);
    f.optional("rating", self.rating);
    f.optional("category", self.category);
    f.optional("shared_with", self.shared_with);
  }
  bool operator==(const report_action&) const = default;
};

/// Reads the body strictly, with texts in NFC; the error names the place. `categories` are those
/// that the config admits; an empty list admits every name. A limit overstepped is `too_large`,
/// anything else that can be read but must not be is `rule`.
[[nodiscard]] result<report_request>
read_report_request(bytes_view json_text, std::span<const std::string> categories = {});

/// Reads the body strictly; a field that the action has no use for is refused, as is one it lacks.
[[nodiscard]] result<report_action> read_report_action(bytes_view json_text);

} // namespace loa::model

template <>
inline constexpr auto loa::wire::enum_names<loa::model::report_state> =
    std::to_array<std::pair<loa::model::report_state, std::string_view>>(
        {{loa::model::report_state::received, "received"},
         {loa::model::report_state::classified, "classified"},
         {loa::model::report_state::assigned, "assigned"},
         {loa::model::report_state::in_progress, "in_progress"},
         {loa::model::report_state::answered, "answered"},
         {loa::model::report_state::closed, "closed"},
         {loa::model::report_state::rejected, "rejected"},
         {loa::model::report_state::reopened, "reopened"},
         {loa::model::report_state::escalated, "escalated"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::report_verb> =
    std::to_array<std::pair<loa::model::report_verb, std::string_view>>(
        {{loa::model::report_verb::classify, "classify"},
         {loa::model::report_verb::assign, "assign"},
         {loa::model::report_verb::start, "start"},
         {loa::model::report_verb::answer, "answer"},
         {loa::model::report_verb::reject, "reject"},
         {loa::model::report_verb::escalate, "escalate"},
         {loa::model::report_verb::close, "close"},
         {loa::model::report_verb::reopen, "reopen"},
         {loa::model::report_verb::rate, "rate"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::report_kind> =
    std::to_array<std::pair<loa::model::report_kind, std::string_view>>(
        {{loa::model::report_kind::observation, "observation"},
         {loa::model::report_kind::petition, "petition"},
         {loa::model::report_kind::suggestion, "suggestion"}});
