#pragma once

#include <loa/city/listener.hpp>
#include <loa/city/player.hpp>

namespace loa::city {

struct workload_options {
  std::size_t citizens = 3; ///< Per commune; districts and cities have one of their own.
  std::size_t devices = 2;  ///< Per commune: a loudspeaker, then a board, and so on.
  micros publish_every = std::chrono::seconds(45); ///< On average, in the whole city.
  micros report_every = std::chrono::seconds(60);
  micros move_every = std::chrono::minutes(7); ///< Units, to another node; zero: never.
};

/// What people do in a city: officials publish bulletins and alerts, update and cancel them;
/// citizens come, read, go, and report; officials deal with reports.
class workload {
public:
  workload(surroundings& in, workload_options options);

  /// Sets units and devices up, and lives from then on.
  void start();
  /// Nothing new is begun; everybody comes and stays.
  void settle();
  /// Nobody waits for an answer any more.
  [[nodiscard]] bool at_rest() const noexcept { return desk_.open() == 0; }
  [[nodiscard]] desk& officials() noexcept { return desk_; }

  /// Entities that may crash.
  [[nodiscard]] std::vector<name> entities() const;

private:
  void set_up(const model::unit_info& u);
  void register_device(device_record& d);

  // workload_bulletins.cpp
  void publish_now_and_then();
  void publish_something();
  [[nodiscard]] model::bulletin make_bulletin(const path& unit, model::priority p);
  [[nodiscard]] model::bulletin make_alert(const path& unit);
  [[nodiscard]] model::bulletin make_successor(const model::bulletin& of, bool cancel);
  void publish(model::bulletin b);
  void judge_answer(const published& p);
  void judge_speed(const model::bulletin_id& id, micros since);

  // workload_reports.cpp
  void report_now_and_then();
  void submit();
  void deal_with(const model::report_code& code, micros after);
  void take_step(const model::report_code& code);
  [[nodiscard]] std::optional<model::report_action> choose_step(const model::report& r);
  void look_at_figures();
  void judge_figures(const path& unit);

  [[nodiscard]] const model::unit_info& any_unit();
  [[nodiscard]] micros pause(micros average) { return in_.between(micros(0), 2 * average); }

  surroundings& in_;
  workload_options options_;
  desk desk_;
  bool settled_ = false;
  std::vector<std::unique_ptr<listener>> listeners_;
  std::vector<std::unique_ptr<player>> players_;
  std::uint64_t alerts_ = 0;
  std::uint64_t keys_ = 0;
};

} // namespace loa::city
