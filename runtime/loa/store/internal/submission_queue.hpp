#pragma once

#include <loa/store/writer.hpp>

#include <list>
#include <unordered_map>

namespace loa::store {

/// The most that one group takes.
struct group_limits {
  std::size_t transactions = 0;
  std::size_t bytes = 0;
};

/// What waits to be committed, in two lanes. An emergency takes along the ordinary submissions of
/// its entity that came before it, so the order of each entity is kept. One thread at a time.
class submission_queue {
public:
  /// The limits hold for each lane.
  submission_queue(std::size_t most, std::size_t most_bytes)
      : most_(most),
        most_bytes_(most_bytes) {}

  /// Leaves `s` alone if it is refused: its lane is full.
  [[nodiscard]] result<void> push(submission& s);

  /// The next group: emergencies first; at least one submission if any waits.
  [[nodiscard]] std::vector<submission> take(const group_limits& limits);
  /// Everything, in the order in which it would have been committed.
  [[nodiscard]] std::vector<submission> take_all();
  /// Forgets everything.
  void clear() noexcept;

  [[nodiscard]] std::size_t size() const noexcept {
    return ordinary_.entries.size() + emergency_.entries.size();
  }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

private:
  struct entry;
  using entries = std::list<entry>;
  struct entry {
    submission content;
    std::size_t bytes = 0;
    entries::iterator previous; ///< Of the same entity in the ordinary lane, if there is one.
  };
  struct lane {
    std::list<entry> entries;
    std::size_t bytes = 0;
  };
  /// The ordinary submissions of one entity, from the last backwards.
  struct chain {
    entries::iterator last;
    std::size_t length = 0;
  };

  void promote(std::uint64_t entity);
  void move_front(lane& from, std::vector<submission>& to);

  std::size_t most_;
  std::size_t most_bytes_;
  lane ordinary_;
  lane emergency_;
  std::unordered_map<std::uint64_t, chain> chains_;
};

} // namespace loa::store
