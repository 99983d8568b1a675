#pragma once

#include <loa/base/limit.hpp>
#include <loa/device/playlist.hpp>
#include <loa/node/entity.hpp>

#include <map>

namespace loa::device {

/// A loudspeaker cluster or a bulletin board, `device/UNIT/ID`. It follows its unit's feed, decides
/// what is played when (playlist.hpp), and has the driver's client do it.
///
/// - "Started" is committed before the client is told. If the client goes while something plays, or
///   another one comes, an emergency is played again from the start by whoever comes and is logged
///   as repeated; anything else is logged as interrupted, and what the client never said it has
///   comes to whoever is next.
/// - What takes the place of something else, an Update or a Cancel among them, does so whichever
/// comes
///   first. What has expired is never played and is logged as missed.
/// - A bulletin that comes twice is taken once.
/// - It counts as delivered once the client has said that it has it, by an `ack` or a `played`.
class entity {
public:
  static constexpr std::string_view kind = "device";
  using command = device::command;
  using reply = device::reply;
  using fact = device::fact;
  using decision = node::decision<fact>;

  static inline limit max_log{"device.log", 200, 1}; ///< Lines; the oldest go.
  static inline limit max_gone{"device.gone", 64, 1};
  static inline limit max_lapsed{"device.lapsed", 64, 1};
  /// Ids and withdrawals; the first to expire go.
  static inline limit max_known{"device.known", 1024, 64};

  /// Commands come through a gateway of this node.
  [[nodiscard]] static bool open_to_nodes(const command&) { return false; }
  [[nodiscard]] decision decide(const command& c, const node::context& ctx) const;
  [[nodiscard]] decision on_entry(const node::feed_entry_ptr& entry,
                                  const node::context& ctx) const;
  [[nodiscard]] decision on_reminder(const std::string& id, const node::context& ctx) const;
  [[nodiscard]] std::vector<node::effect> on_wake(const node::context& ctx) const;
  void apply(const fact& f);

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("set_up", self.set_up_);
    f.optional("kind", self.kind_);
    f.optional("name", self.name_);
    f.optional("channel", self.channel_);
    f.optional("acked", self.acked_);
    f.optional("latest", self.latest_);
    f.optional("reached", self.reached_);
    f.optional("gone", self.gone_);
    f.optional("lapsed", self.lapsed_);
    f.optional("list", self.list_);
    f.optional("done", self.done_);
    f.optional("withdrawals", self.withdrawals_);
    f.optional("log", self.log_);
  }
  bool operator==(const entity&) const = default;

private:
  class step;

  decision on(const set_up& c, const node::context& ctx) const;
  decision on(const retire& c, const node::context& ctx) const;
  decision on(const attach& c, const node::context& ctx) const;
  decision on(const detach& c, const node::context& ctx) const;
  decision on(const played& c, const node::context& ctx) const;
  decision on(const ack& c, const node::context& ctx) const;
  decision on(const get_device& c, const node::context& ctx) const;
  void log(std::uint64_t position, const std::string& id, device::outcome how, instant at);
  void forget_old(instant now);

  bool set_up_ = false;
  device_kind kind_ = device_kind::loudspeaker;
  std::string name_;
  std::optional<std::uint64_t> channel_; ///< Of the client that plays.
  std::uint64_t acked_ = 0;
  link::lane_positions reached_; ///< What the client has got, per lane.
  std::vector<gone_item> gone_;  ///< Receipts of these may still come.
  std::vector<lapsed_item> lapsed_;
  std::uint64_t latest_ = 0; ///< The highest position that came.
  playlist list_;
  std::map<model::bulletin_id, instant> done_; ///< Finished and not yet expired.
  std::vector<unit::frame_head> withdrawals_;  ///< Bulletins that took the place of others.
  std::vector<log_line> log_;
};

} // namespace loa::device
