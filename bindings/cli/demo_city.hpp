#pragma once

#include <bindings/cli/demo_crowd.hpp>
#include <bindings/cli/http_client.hpp>
#include <bindings/cli/progress.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace loa::cli {

struct demo_options {
  bool exit = false;
  bool cluster = false;            ///< One process for each node of a layout.
  std::string layout = "district"; ///< As of `loa cluster init`.
  std::uint64_t citizens = 100'000;
  std::uint64_t devices_per_commune = 12;
  std::string hierarchy; ///< Empty: the one of Ho Chi Minh City that comes with Loa.
  std::string data;      ///< Empty: a fresh directory that is removed at the end.
  std::string listen = "127.0.0.1:8135";
};

/// A node of a demo with many.
struct demo_node {
  std::string name;
  std::string hosts; ///< What it hosts, for people.
};

/// What the story of a demo is told of: a city that runs, in one process or in many.
struct demo_stage {
  const demo_plan& plan;
  arrivals& seen;
  node_url where; ///< The root's node.
  std::vector<demo_node>
      nodes{}; ///< The groups in `seen`; empty: the districts are, in one process.
};

/// The plan for a hierarchy file, or for the one that comes with Loa.
[[nodiscard]] result<demo_plan> plan_demo(const demo_options& options);
/// The hierarchy file that is meant.
[[nodiscard]] result<std::filesystem::path> demo_hierarchy(const demo_options& options);

/// A node with a whole city in one process: every unit of a hierarchy, loudspeakers in every
/// commune, and citizens.
class demo_city {
public:
  /// Starts the node and brings everybody in.
  [[nodiscard]] static result<std::unique_ptr<demo_city>>
  build(const demo_options& options, const std::filesystem::path& data, progress& shown,
        log_sink& log, const std::function<bool()>& asked_to_stop);

  [[nodiscard]] demo_stage stage() { return {plan_, seen_, {.port = station_->listening().port}}; }
  [[nodiscard]] host::station& station() { return *station_; }
  [[nodiscard]] std::uint64_t memory_of_citizens() const { return crowd_.memory_of_citizens(); }

private:
  explicit demo_city(demo_plan plan);

  demo_plan plan_;
  arrivals seen_;
  demo_crowd crowd_;
  std::unique_ptr<host::station> station_; // last, so that it stops before its drivers go
};

} // namespace loa::cli
