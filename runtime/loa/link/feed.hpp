#pragma once

#include <loa/link/shared_body.hpp>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace loa::link {

/// The two lanes of a feed. They share one counter of positions; each is in order, and nothing on
/// the ordinary lane ever holds up the emergency lane.
enum class lane : std::uint8_t { ordinary, emergency };

/// Both lanes in the order in which they are served.
inline constexpr std::array lanes{lane::emergency, lane::ordinary};

/// Positions on both lanes.
struct lane_positions {
  std::uint64_t ordinary = 0;
  std::uint64_t emergency = 0;

  [[nodiscard]] std::uint64_t& at(lane l) noexcept {
    return l == lane::ordinary ? ordinary : emergency;
  }
  [[nodiscard]] std::uint64_t at(lane l) const noexcept {
    return l == lane::ordinary ? ordinary : emergency;
  }
  /// The highest position in use on either lane.
  [[nodiscard]] std::uint64_t latest() const noexcept { return std::max(ordinary, emergency); }

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("ordinary", self.ordinary);
    f.optional("emergency", self.emergency);
  }
  bool operator==(const lane_positions&) const = default;
};

/// Up to where a follower has made a feed's entries durable. Acknowledging a position acknowledges
/// its lane up to there. Epoch 0 is a follower that has never followed.
struct cursor {
  static constexpr wire::type_tag tag{"loa.link.cursor", 1};
  std::uint64_t epoch = 0;
  lane_positions upto;

  [[nodiscard]] std::uint64_t& at(lane l) noexcept { return upto.at(l); }
  [[nodiscard]] std::uint64_t at(lane l) const noexcept { return upto.at(l); }

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("epoch", self.epoch);
    f("upto", self.upto);
  }
  bool operator==(const cursor&) const = default;
};

/// All channels; bit n stands for channel n.
inline constexpr std::uint32_t every_channel = 0xffffffff;

/// Bodies above this do not fit a message between nodes: the host refuses them before it publishes.
inline constexpr std::size_t most_body_octets = 512U << 10;

/// One entry of a feed.
struct entry {
  std::uint64_t position = 0; ///< From 1; never used twice within an epoch.
  lane on = lane::ordinary;
  std::vector<path> audience; ///< Whom it concerns; empty is everyone.
  instant expires{};          ///< When it stops being in force.
  std::uint32_t channels = every_channel;
  std::string id;
  /// The encoded content. On the way to a follower no body says: nothing for you up to this
  /// position.
  shared_body body;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("lane", self.on);
    f.optional("audience", self.audience);
    f.optional("expires", self.expires);
    f("channels", self.channels);
    f.optional("id", self.id);
    describe_body("body", self.body, f);
  }
};

/// True if somebody under `where`, on one of the channels of `mask`, is meant by the entry.
[[nodiscard]] bool concerns(const entry& e, const path& where, std::uint32_t mask) noexcept;

/// Where senders read entries, each at its own pace. Called from the thread that owns the feed.
class feed_source {
public:
  virtual ~feed_source() = default;
  /// Raised when a backup is restored; at least 1.
  [[nodiscard]] virtual std::uint64_t epoch() const = 0;
  /// The last position ever used on each lane, pruned ones included.
  [[nodiscard]] virtual lane_positions head() const = 0;
  /// The first entry of a lane after a position that is still in force. Without a body if that
  /// cannot be read now.
  [[nodiscard]] virtual std::optional<entry> next(lane on, std::uint64_t after) const = 0;
};

} // namespace loa::link

template <>
inline constexpr auto loa::wire::enum_names<loa::link::lane> =
    std::to_array<std::pair<loa::link::lane, std::string_view>>(
        {{loa::link::lane::ordinary, "ordinary"}, {loa::link::lane::emergency, "emergency"}});
