#pragma once

#include <loa/net/placement.hpp>
#include <loa/store/journal.hpp>

#include <cstdint>
#include <map>

namespace loa::node {

/// The prefixes that a journal's node has adopted, each in which epoch. What a placement gives to a
/// node in the first epoch it need not adopt. Immutable.
class adoptions {
public:
  [[nodiscard]] static result<adoptions> read(const store::journal& journal);

  /// True if a node with this journal may serve what a placement gives to it.
  [[nodiscard]] bool allow(const net::placement::place& p) const {
    if (p.epoch == 1) return true;
    const auto found = by_prefix_.find(p.prefix);
    return found != by_prefix_.end() && found->second == p.epoch;
  }

private:
  std::map<path, std::uint64_t> by_prefix_;
};

} // namespace loa::node
