#pragma once

#include <loa/net/placement.hpp>
#include <loa/store/journal.hpp>

#include <cstdint>
#include <map>

namespace loa::node {

/// The prefixes that a journal's node has adopted, each in which epoch, and those that it has
/// released. What a placement gives to a node in the first epoch it need not adopt.
class adoptions {
public:
  [[nodiscard]] static result<adoptions> read(const store::journal& journal);

  /// True if a node with this journal may serve a unit that a placement gives to it there.
  [[nodiscard]] bool allow(const path& unit, const net::placement::place& p) const {
    if (p.epoch > 1) {
      const auto found = by_prefix_.find(p.prefix);
      if (found == by_prefix_.end() || found->second.epoch != p.epoch) return false;
    }
    for (const auto& [prefix, epoch] : released_)
      if (epoch > p.epoch && prefix.contains(unit) && !is_below(p.prefix, prefix)) return false;
    return true;
  }
  struct adopted {
    std::uint64_t epoch = 0; ///< 0: not at all.
    std::uint64_t feeds = 1;
    std::uint64_t move = 0; ///< 0: by hand.
  };
  [[nodiscard]] adopted of(const path& prefix) const {
    const auto found = by_prefix_.find(prefix);
    return found == by_prefix_.end() ? adopted() : found->second;
  }
  /// The least that the epoch of a unit's feed is.
  [[nodiscard]] std::uint64_t feeds_of(const path& unit) const {
    std::uint64_t epoch = 1;
    for (const auto& [prefix, a] : by_prefix_)
      if (prefix.contains(unit)) epoch = std::max(epoch, a.feeds);
    return epoch;
  }

  /// True if the prefix was released and not adopted again since.
  [[nodiscard]] bool gone(const path& prefix) const {
    const auto found = released_.find(prefix);
    return found != released_.end() && of(prefix).epoch < found->second;
  }

  void adopt(const path& prefix, const adopted& how) { by_prefix_[prefix] = how; }
  void release(const path& prefix, std::uint64_t epoch) { released_[prefix] = epoch; }

private:
  static bool is_below(const path& a, const path& b) { return b.contains(a) && a != b; }

  std::map<path, adopted> by_prefix_;
  std::map<path, std::uint64_t> released_;
};

} // namespace loa::node
