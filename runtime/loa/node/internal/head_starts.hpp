#pragma once

#include <loa/base/probe.hpp>
#include <loa/link/feed.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <utility>

namespace loa::node {

/// Whom a relay has seated before it had the entries that they have already: up to where each is
/// spared what the relay still gets. Empty most of the time. One thread.
class head_starts {
public:
  /// What comes now has positions of this epoch; those of another mean nothing in it.
  void enter(std::uint64_t epoch) {
    if (std::exchange(epoch_, epoch) == epoch) return;
    received_ = {};
    if (!ahead_.empty()) LOA_PROBE("relay: head starts end with an epoch");
    ahead_.clear();
  }
  /// Whoever is in a place has the entries up to `has`.
  void note(std::uint32_t place, const link::cursor& has) {
    enter(has.epoch);
    if (within(has.upto, received_))
      ahead_.erase(place);
    else {
      LOA_PROBE("relay: a session has more than its relay");
      ahead_[place] = has.upto;
    }
  }
  void forget(std::uint32_t place) { ahead_.erase(place); }
  /// The relay has the entries up to here.
  void received(const link::cursor& upto) {
    enter(upto.epoch);
    received_ = upto.upto;
    std::erase_if(ahead_, [&](const auto& one) { return within(one.second, received_); });
  }

  [[nodiscard]] bool empty() const noexcept { return ahead_.empty(); }
  /// True if whoever is in a place has this entry.
  [[nodiscard]] bool has(std::uint32_t place, const link::entry& e) const {
    const auto found = ahead_.find(place);
    return found != ahead_.end() && e.position <= found->second.at(e.on);
  }

private:
  static bool within(const link::lane_positions& a, const link::lane_positions& b) {
    return std::ranges::all_of(link::lanes, [&](auto on) { return a.at(on) <= b.at(on); });
  }

  std::uint64_t epoch_ = 0;
  link::lane_positions received_;
  std::map<std::uint32_t, link::lane_positions> ahead_;
};

} // namespace loa::node
