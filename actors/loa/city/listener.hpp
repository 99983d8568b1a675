#pragma once

#include <loa/city/street.hpp>

namespace loa::city {

/// A citizen with an app: is there for a while, away for a while, and acknowledges what comes.
class listener final : public caller {
public:
  listener(surroundings& in, std::size_t index);

  /// Comes and goes until `settle`.
  void live();
  /// Comes and stays.
  void settle();

  void on_entry(const node::feed_entry_ptr& entry) override;

private:
  [[nodiscard]] citizen_record& notes() const { return in_.notes.citizens[index_]; }
  [[nodiscard]] const name& who() const override { return notes().who; }
  [[nodiscard]] sim::machine& choose_machine() override;
  [[nodiscard]] wire::value attach_command(std::uint64_t channel) const override;
  [[nodiscard]] wire::value detach_command(std::uint64_t channel) const override;
  void on_online() override { notes().online_since = in_.now(); }
  void on_offline() override { notes().online_since.reset(); }
  void judge_order(const receipt& r);

  std::size_t index_;
  bool settled_ = false;
  /// The highest position that came first in each feed and lane.
  std::map<std::pair<path, link::lane>, std::uint64_t> highest_;
  /// And of each publisher's bulletins in each feed and lane the highest of his own positions.
  std::map<std::tuple<path, link::lane, path>, std::uint64_t> highest_of_;
};

} // namespace loa::city
