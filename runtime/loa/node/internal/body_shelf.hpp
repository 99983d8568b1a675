#pragma once

#include <loa/base/limit.hpp>
#include <loa/link/shared_body.hpp>
#include <loa/node/internal/node_messages.hpp>

#include <deque>
#include <map>

namespace loa::node {

/// The bodies that have lately crossed on one lane of one session, numbered from 1 on. A body that
/// many entries share, such as those to the followers of one feed, so crosses once: whatever the
/// sending end still knows, the receiving end does, since it sees the same numbers in the same
/// order and forgets by the same rule.
///
/// Bounded in number and bytes; the oldest go. The bounds are part of the protocol, so a simulation
/// draws them for both ends. Pure; one thread at a time.
struct body_shelf_limits {
  static inline limit max_bodies{"node.shelf_bodies", 256, 1};
  static inline limit max_bytes{"node.shelf_bytes", std::uint64_t{4} << 20, 64};
};

/// The end that sends.
class body_writer {
public:
  /// What stands for a body on the way. Bodies are known again by their address.
  [[nodiscard]] carried_body put(const link::shared_body& body);
  /// What was put with this number did not go after all.
  void unsent(std::uint64_t number);

private:
  struct kept {
    std::uint64_t number;
    link::shared_body body; ///< Held, so that its address means nothing else.
  };
  std::deque<kept> shelf_;
  std::map<const bytes*, std::uint64_t> numbers_;
  std::uint64_t next_ = 1;
  std::size_t octets_ = 0;
};

/// The end that receives.
class body_reader {
public:
  /// The body that something stands for. Errors: a number that is not there, or a new one that is
  /// not higher than all before.
  [[nodiscard]] result<link::shared_body> take(carried_body carried);

private:
  std::map<std::uint64_t, link::shared_body> shelf_;
  std::uint64_t last_ = 0;
  std::size_t octets_ = 0;
};

} // namespace loa::node
