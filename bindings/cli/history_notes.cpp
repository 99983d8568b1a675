#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/internal/history_notes.hpp>

namespace loa::cli {

std::vector<std::string> history_notes(const nlohmann::json& report) {
  std::vector<std::string> notes;
  std::string state;
  std::string* last_rated = nullptr;
  const auto history = report.value("history", nlohmann::json::array());
  notes.reserve(history.size()); // `last_rated` points into it
  for (const auto& step : history) {
    auto& note = notes.emplace_back(text_of(step, "note"));
    const bool rated = text_of(step, "by") == "citizen" && text_of(step, "state") == state;
    state = text_of(step, "state");
    if (state == "reopened") last_rated = nullptr; // that answer's rating does not count any more
    if (!rated) continue;
    if (note.empty()) note = "rated";
    last_rated = &note;
  }
  const auto rating = text_of(report, "rating");
  if (!last_rated || rating.empty()) return notes;
  const auto figure = "rated " + rating + " of 5";
  *last_rated = *last_rated == "rated" ? figure : figure + ": " + *last_rated;
  return notes;
}

} // namespace loa::cli
