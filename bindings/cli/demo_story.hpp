#pragma once

#include <bindings/cli/demo_city.hpp>
#include <bindings/cli/http_client.hpp>
#include <bindings/cli/streams.hpp>

namespace loa::cli {

/// The tokens of the people in the demo.
struct demo_people {
  std::string editor;     ///< Of the root: publishes.
  std::string dispatcher; ///< Of the whole city: reads figures, handles reports.
  std::string official;   ///< Of one commune: answers a report.
};

/// Gives out the tokens with the key of a data directory.
[[nodiscard]] result<demo_people> hire(const std::filesystem::path& data, const path& root,
                                       const path& commune);

/// What was measured on the way of one alert.
struct alert_outcome {
  std::string id;
  std::chrono::microseconds accepted{0}; ///< From the POST to its 202.
  arrivals::summary reached;
  bool complete = false; ///< Everybody got it, and the node counts the same.
};

/// Publishes an alert over HTTP and follows it down until everybody has it.
[[nodiscard]] result<alert_outcome> tell_alert(const demo_stage& city, const demo_people& people,
                                               bytes alert, streams& io, progress& shown);

/// What was measured on the way of one report.
struct report_outcome {
  std::string code;
  std::chrono::microseconds answered{
      0};                ///< From the citizen's POST to the official's answer stored.
  bool complete = false; ///< Answered, and counted as processed up to the root.
};

/// Sends a report as a citizen of the last commune and answers it as its official.
[[nodiscard]] result<report_outcome> tell_report(const demo_stage& city, const demo_people& people,
                                                 const std::string& about, streams& io);

} // namespace loa::cli
