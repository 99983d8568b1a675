#pragma once

#include <loa/link/feed.hpp>

#include <deque>
#include <functional>

namespace loa::link {

/// The entries of one feed that are in force, in memory, as senders and sessions read them.
///
/// The bodies it holds are bounded in octets, the newest one excepted; the ones that were published
/// or loaded longest ago go first, and come back through the loader when somebody still needs them.
/// One thread.
class retained_feed final : public feed_source {
public:
  /// Gives the body of an entry that is in force, null if it cannot be read now. It may read a
  /// store; it must not call back into the feed.
  using loader = std::function<shared_body(std::uint64_t position)>;

  /// `head` is the last position ever used on each lane, as the journal knows it.
  explicit retained_feed(std::uint64_t epoch, lane_positions head = {}, loader load = {},
                         std::size_t cache_octets = 1U << 20);

  [[nodiscard]] std::uint64_t epoch() const override { return epoch_; }
  [[nodiscard]] lane_positions head() const override { return head_; }
  [[nodiscard]] std::optional<entry> next(lane on, std::uint64_t after) const override;

  /// The position for the next entry.
  [[nodiscard]] std::uint64_t next_position() const noexcept { return head_.latest() + 1; }
  /// Adds an entry; its position must be beyond every earlier one. Without a body it is loaded when
  /// needed.
  void publish(entry e);
  /// Puts an entry back that the journal still holds; positions ascend per lane, up to the head.
  void restore(entry e);
  /// Drops what has expired and gives its positions, ascending; emergencies are spared on request.
  std::vector<std::uint64_t> prune(instant now, bool spare_emergencies = false);
  /// Drops one entry before its time; false if it is not there.
  bool remove(std::uint64_t position);

  /// The number of entries in force.
  [[nodiscard]] std::size_t size() const noexcept;
  /// The octets of the bodies held now.
  [[nodiscard]] std::size_t cached_octets() const noexcept { return cached_; }

private:
  using kept = std::deque<entry>;
  [[nodiscard]] kept& on_lane(lane l) const noexcept { return kept_[static_cast<std::size_t>(l)]; }
  [[nodiscard]] entry* find(std::uint64_t position) const noexcept;
  void hold(entry& e) const;
  void forget(entry& e) const;

  std::uint64_t epoch_;
  lane_positions head_;
  loader load_;
  std::size_t limit_;
  // Which bodies are held is no part of what the feed says, so reading may change it.
  mutable kept kept_[2];
  mutable std::deque<std::uint64_t> held_;
  mutable std::size_t cached_ = 0;
};

} // namespace loa::link
