#pragma once

#include <loa/node/internal/letters.hpp>

#include <array>
#include <deque>
#include <functional>
#include <mutex>
#include <string_view>
#include <unordered_map>

namespace loa::node {

/// The name table: which entities are awake, and the way to them. Any thread.
///
/// Sending to a name that is not awake makes its actor. Not more than `most_waking` actors load at
/// the same time; letters to the others wait here, at most `most_waiting` each.
class registry {
public:
  /// Makes the actor of a name; null if the kind is unknown.
  using spawner = std::function<receiver_ptr(const name&)>;

  registry(spawner make, std::size_t most_waking, std::size_t most_waiting);

  /// False if the letter could not be taken: too many wait, or the node stops.
  bool send(const name& to, mail m);
  bool send_if_awake(const name& to, mail m);
  [[nodiscard]] receiver_ptr find_awake(const name& who) const;

  /// An actor has loaded; another one may.
  void loaded(const name& who);
  /// An actor that was idle leaves, unless somebody wrote to it since `stamp`. True if it is out.
  bool retire(const name& who, std::uint32_t stamp);
  /// Writes it the `sleep_letter` that it would get when idle.
  void offer_sleep(const name& who);
  /// An actor is gone, crashed or stopped.
  void gone(const name& who, const receiver* actor);

  /// Writes `sleep_letter` to everybody in the next part of the table who was not written to in the
  /// last round but one. `sweep_parts` calls are a round: a million letters are not sent at once.
  static constexpr std::size_t sweep_parts = 64;
  void sweep();
  /// True if it is awake or waking.
  [[nodiscard]] bool knows(const name& who) const;
  /// Every name that is awake or waking and that `choose` picks, sorted.
  [[nodiscard]] std::vector<name> names(const std::function<bool(const name&)>& choose) const;
  /// Takes no more letters but those sent with `send_if_awake`.
  void close();

  [[nodiscard]] std::size_t awake() const;
  [[nodiscard]] std::size_t waking() const;

private:
  struct cell {
    receiver_ptr actor; ///< Null while it waits for its turn to load.
    std::unique_ptr<std::deque<mail>> waiting;
    std::uint32_t stamp = 0; ///< Grows with every letter.
    std::uint16_t used = 0;  ///< The sweep in which the last letter came.
    bool loading = true;
  };
  struct hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view s) const noexcept {
      return std::hash<std::string_view>{}(s);
    }
    std::size_t operator()(const name& n) const noexcept { return (*this)(n.str()); }
  };
  struct shard {
    mutable std::mutex mutex;
    std::unordered_map<name, cell, hash> cells;
  };
  static constexpr std::size_t shards = sweep_parts;

  [[nodiscard]] shard& shard_of(const name& n) const { return all_[hash{}(n) % shards]; }
  static void hand_over(cell& c, mail m, std::uint16_t sweep);
  void start_waiting();

  spawner make_;
  std::size_t most_waking_;
  std::size_t most_waiting_;
  mutable std::array<shard, shards> all_;
  std::atomic<std::size_t> loading_{0};
  std::atomic<std::uint16_t> sweeps_{0}; ///< Rounds.
  std::size_t next_part_ = 0;            ///< The caretaker's.
  std::atomic<bool> closed_{false};
  mutable std::mutex queue_mutex_;
  std::deque<name> queue_; ///< Names that wait for their turn to load.
};

} // namespace loa::node
