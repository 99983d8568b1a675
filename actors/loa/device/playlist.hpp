#pragma once

#include <loa/base/limit.hpp>
#include <loa/device/facts.hpp>

namespace loa::device {

/// A bulletin that a device has to play or shows.
struct item {
  std::uint64_t position = 0;
  unit::frame_head head;
  bool active = false;        ///< Being played, or shown.
  bool cut_off = false;       ///< By an emergency; it is to be resumed.
  bool got = false;           ///< The client said that it has it.
  bool reported = false;      ///< On a board: the client said that it was shown.
  std::uint32_t attempts = 0; ///< How often it was started.
  instant started_at;
  link::shared_body frame; ///< Not part of the state that lasts; null after a restart.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("head", self.head);
    f.optional("active", self.active);
    f.optional("cut_off", self.cut_off);
    f.optional("got", self.got);
    f.optional("reported", self.reported);
    f.optional("attempts", self.attempts);
    f.optional("started_at", self.started_at);
  }
  bool operator==(const item& o) const {
    return position == o.position && head == o.head && active == o.active && cut_off == o.cut_off &&
           got == o.got && reported == o.reported && attempts == o.attempts &&
           started_at == o.started_at;
  }
};

/// An item that was sent and is over.
struct gone_item {
  std::uint64_t position = 0;
  bool emergency = false;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("emergency", self.emergency);
  }
  bool operator==(const gone_item&) const = default;
};

/// An item that expired before it was sent. Until the figures of its bulletin are closed no receipt
/// may pass it, which would count it as delivered.
struct lapsed_item {
  std::uint64_t position = 0;
  bool emergency = false;
  instant until;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f.optional("emergency", self.emergency);
    f("until", self.until);
  }
  bool operator==(const lapsed_item&) const = default;
};

/// What an item becomes that ends then; nothing if it was sent, or something took its place.
[[nodiscard]] std::optional<lapsed_item> lapsed(const item& i, instant ends) noexcept;

/// What a device has before it, and which of it comes next. Pure; changed by facts.
///
/// On a loudspeaker one thing plays at a time. An emergency cuts off whatever is none, at once;
/// among themselves emergencies play in the order of their positions, since half an alert helps
/// nobody. What was cut off comes next after them, then priority, then routine, each by position. A
/// board shows everything at once.
class playlist {
public:
  /// Waiting emergencies, and everything else that waits or is shown; beyond, the oldest of the
  /// lowest priority counts as missed.
  static inline limit max_items{"device.playlist", 256, 64};
  /// A player that has not said how a playing ended is given up after so long, if others wait.
  static constexpr duration patience = std::chrono::minutes(30);
  /// If an emergency waits behind an emergency: so long, and as long again as it takes to read the
  /// frame of the one that plays aloud.
  static constexpr duration emergency_patience = std::chrono::minutes(1);

  void apply(const received& f);
  void apply(const started& f);
  void apply(const ended& f, device_kind kind);
  void apply(const taken_off& f);
  void apply(const acked& f);
  void clear() { items_.clear(); }

  [[nodiscard]] const std::vector<item>& items() const noexcept { return items_; }
  [[nodiscard]] const item* find(std::uint64_t position) const;
  [[nodiscard]] const item* find(const model::bulletin_id& id) const;
  /// What a loudspeaker plays.
  [[nodiscard]] const item* playing() const;
  /// What should be played now: the one that plays, or another; null if nothing.
  [[nodiscard]] const item* due(instant now) const;
  /// When the player is taken to have failed, if it says nothing; nothing while nobody waits.
  [[nodiscard]] std::optional<instant> gives_up() const;
  /// What waits and has expired, or has no room.
  [[nodiscard]] const item* to_miss(instant now) const;
  /// When to look again without being told: something becomes effective or expires, or a silent
  /// player is in the way of others.
  [[nodiscard]] std::optional<instant> next_look(instant now, device_kind kind) const;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("items", self.items_);
  }
  bool operator==(const playlist&) const = default;

private:
  [[nodiscard]] item* at(std::uint64_t position);
  std::vector<item> items_; ///< In the order in which they came.
};

} // namespace loa::device
