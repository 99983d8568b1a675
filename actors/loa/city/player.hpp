#pragma once

#include <loa/city/street.hpp>

#include <set>

namespace loa::city {

/// The player of a loudspeaker, or a board: plays what it is told, aloud and in its time, and says
/// how it ended. Now and then it goes off for a while, or fails.
class player final : public caller {
public:
  player(surroundings& in, std::size_t index) : caller(in), index_(index) {}

  void live();
  void settle();

  void on_call(const wire::value& what) override;
  void on_rehomed() override {
    if (is_elsewhere(notes().unit)) turned_out();
  }

private:
  [[nodiscard]] device_record& notes() const { return in_.notes.devices[index_]; }
  [[nodiscard]] const name& who() const override { return notes().who; }
  [[nodiscard]] sim::machine& choose_machine() override { return in_.host(notes().unit); }
  [[nodiscard]] wire::value attach_command(std::uint64_t channel) const override;
  [[nodiscard]] wire::value detach_command(std::uint64_t channel) const override;
  void on_online() override { notes().online_since = in_.now(); }
  void on_offline() override;
  void play(const device::play& p);
  void stop(const device::stop& s);
  void say_again(const device::play& p);
  void judge(const device::play& p);
  void finish(std::uint64_t number, std::uint64_t position);

  std::size_t index_;
  bool settled_ = false;
  std::set<std::pair<std::uint64_t, std::uint32_t>> known_; ///< Position and attempt.
  std::uint64_t playing_ = 0;                               ///< Which playing; 0: none.
  std::uint64_t last_ = 0;
};

} // namespace loa::city
