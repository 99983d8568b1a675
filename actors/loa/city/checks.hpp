#pragma once

#include <loa/city/desk.hpp>
#include <loa/protocol/unit.hpp>

namespace loa::city {

/// What the nodes say of themselves when they are asked.
struct testimony {
  std::map<path, unit::own_figures> figures;
  std::map<path, unit::report_list> work;
  std::map<path, std::vector<model::bulletin_id>> listed; ///< In force in each unit's feed.
  std::map<std::pair<path, model::bulletin_id>, unit::own_delivery> delivery;
  std::map<model::bulletin_id, unit::bulletin_reply> bulletins;
  /// Nothing for a report that is not there.
  std::map<model::report_code, std::optional<model::report>> reports;
  std::map<name, std::set<model::bulletin_id>> logged; ///< In each device's log.
  /// What units say of bulletins that they accepted and that are in force no more.
  std::map<model::bulletin_id, unit::own_delivery> over;
  std::map<path, std::set<std::string>> devices; ///< That each unit has registered, by their ids.
  std::vector<std::string> silent;               ///< Who did not answer, and what.
};

/// Asks the nodes for everything that is to be judged. Lets the world run meanwhile, for a minute
/// at most.
[[nodiscard]] testimony question(surroundings& in, desk& d);

// The judgements of a city that has come to rest with all its nodes and people there: what is
// missing then is missing.

/// Promise 1: what was accepted is there, where it was.
void judge_durability(const surroundings& in, const testimony& t, std::vector<broken>& out);
/// Promise 2: everybody whom it is for has what is in force; a device has at least an account of
/// it, since what its player lost in a crash is logged as interrupted.
void judge_reach(const surroundings& in, const testimony& t, std::vector<broken>& out);
/// Promise 5: nothing is doubled, and everybody answers.
void judge_islands(const surroundings& in, const testimony& t, std::vector<broken>& out);
/// Promise 6: reports are counted once, and exactly one unit is responsible.
void judge_reports(const surroundings& in, const testimony& t, std::vector<broken>& out);
/// Promise 9: figures add up, and are those of the people.
void judge_figures(const surroundings& in, const testimony& t, std::vector<broken>& out);

/// Promise 1, for what is not in force: what was accepted is known or at least counted for as long
/// as units keep it; a report says all that it ever said to anybody; a registered device is listed.
void judge_memory(const surroundings& in, const testimony& t, std::vector<broken>& out);

/// All of them.
[[nodiscard]] std::vector<broken> judge(surroundings& in, desk& d);

/// True if a bulletin has begun to count and goes on counting for a while.
[[nodiscard]] bool in_force(const surroundings& in, const published& p);

} // namespace loa::city
