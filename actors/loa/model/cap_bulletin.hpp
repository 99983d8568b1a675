#pragma once

#include <loa/model/bulletin_request.hpp>
#include <loa/model/cap.hpp>

namespace loa::model::cap {

/// What a node does with alerts.
struct policy {
  bool play_exercises = false; ///< Distribute `Exercise`, marked as such.
  bool play_tests = false;     ///< Distribute `Test`, marked as such.
};

/// The id of the bulletin that an alert becomes. It follows from the unit and from sender,
/// identifier and sent (the instant, however its offset is written), so that an Update or Cancel
/// names what it replaces even if that comes later, and the same alert posted again is known again.
/// Not secret and not collision-proof against an editor who tries: a unit compares the `cap`
/// members too.
[[nodiscard]] bulletin_id id_of(const path& unit, const reference& message);

/// Sender, identifier and sent of the alert.
[[nodiscard]] reference reference_of(const alert& a);

struct accepted {
  model::bulletin bulletin;
  std::vector<std::string> warnings; ///< Sentences for the publisher.
};

/// The bulletin that a valid alert becomes at the unit it was posted to.
///
/// - Priority and category are emergency, channels are all. Each language's headline is its info's
///   headline or else event, its text description and instruction; several infos of one language
///   follow each other. Exercise and Test stand marked at the beginning of both, in Vietnamese or
///   else in English.
/// - `effective` is the earliest of the infos' (absent: sent); `expires` the latest (absent in one
/// of them:
///   24 hours after `effective` or `now`, whichever is later).
/// - `geocode` with valueName "unit" names a path; in an area without one, shapes select the units
/// whose
///   boundary is known. An alert with neither goes to the whole unit, as does one whose shapes lie
///   where no boundary is known (with a warning).
/// - Update and Cancel replace what they refer to; a Cancel without infos takes its text from its
/// note.
///
/// Refused with code `rule` (`pointer` is the element's path) and nothing is distributed: Ack and
/// Error; status System and Draft, and Exercise and Test where the policy does not say so; scope
/// other than Public; a geocode or shape outside the unit; no text to say. Its times are for
/// `judge_times`, once it is known that the alert is new.
[[nodiscard]] result<accepted> to_bulletin(const alert& a, bytes_view original_xml,
                                           const path& unit, std::string author, instant now,
                                           const unit_tree& tree, const policy& what = {});

/// What is wrong with the bulletin that an alert became, told as something about the alert:
/// `pointer` is the element's path.
[[nodiscard]] error as_alert_error(const error& of_bulletin);

/// CAP 1.2 for a bulletin: the alert it came as, or one made of its members with the given sender.
[[nodiscard]] std::string to_xml(const bulletin& b, const unit_tree& tree, std::string_view sender);

} // namespace loa::model::cap
