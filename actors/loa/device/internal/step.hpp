#pragma once

#include <loa/device/entity.hpp>

namespace loa::device {

/// One decision while it is put together: every fact is applied to a copy of the playlist at once,
/// so that what follows is decided on what came before.
class entity::step {
public:
  step(const entity& e, const node::context& ctx)
      : ctx_(ctx),
        kind_(e.kind_),
        channel_(e.channel_),
        list_(e.list_),
        gone_(e.gone_),
        lapsed_(e.lapsed_),
        reached_(e.reached_) {}

  [[nodiscard]] const playlist& list() const noexcept { return list_; }

  void receive(std::uint64_t position, const unit::frame_head& head, link::shared_body frame);
  /// The client has its frame, and counts as having got its lane up to there.
  void reach(std::uint64_t position);
  /// Tells the unit anew how far the client has got, which what waited may have held back.
  void give_receipts();
  /// It ends, or will never be played.
  void end(std::uint64_t position, outcome how, std::optional<instant> at = std::nullopt);
  /// Another bulletin takes its place.
  void supersede(const item& old);
  /// The client is gone, whatever it was doing.
  void lose_player();
  /// Another client is there.
  void attach(std::uint64_t channel);
  void detach();
  void retire();

  /// Drops what has expired, starts what is due, and sees to the next look.
  void go_on();

  [[nodiscard]] decision take() { return std::move(d_); }

private:
  template <class Fact>
  void put(Fact f);
  void drive(wire::value call);
  void start(const item& i);
  void stop(const item& i, stop_reason why);
  void give_receipt(link::lane on);
  void go_on_playing();
  void go_on_showing();

  const node::context& ctx_;
  device_kind kind_;
  std::optional<std::uint64_t> channel_;
  playlist list_;
  const std::vector<gone_item>& gone_;
  std::vector<lapsed_item> lapsed_;
  link::lane_positions reached_;
  decision d_;
};

} // namespace loa::device
