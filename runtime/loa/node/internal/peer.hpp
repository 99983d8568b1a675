#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/name.hpp>
#include <loa/net/backoff.hpp>
#include <loa/net/transport.hpp>
#include <loa/node/internal/letters.hpp>

#include <deque>
#include <optional>
#include <set>
#include <string>

namespace loa::node {

/// Another node, as the post office knows it. One thread.
struct peer {
  /// Commands that wait until it is reached, and how long.
  static inline limit max_waiting{"node.peer_waiting", 128, 1};
  static constexpr duration patience{5'000};
  /// Local names that are told when it is there again; beyond it the oldest by name are forgotten,
  /// and find out by themselves.
  static inline limit max_correspondents{"node.correspondents", 65'536, 1};

  struct waiting_command {
    name to;
    letter what;
    instant until;
  };

  std::string node;
  std::string address;
  std::optional<net::line_id> up;      ///< The session that is kept.
  std::optional<net::line_id> calling; ///< Our call that has not come through.
  std::uint64_t incarnation = 0;       ///< Of its life that we last talked to.
  net::backoff pause;
  std::optional<instant> call_at; ///< When to try again.
  instant called{};               ///< When we called last.
  bool neighbour = false;         ///< It has units above or below ours.
  std::deque<waiting_command> waiting;
  std::set<name> correspondents;
  std::string failure_logged;     ///< Why it could not be reached, when that was last logged.
  bool left = false;              ///< The placement in force does not name it.
  std::optional<instant> scolded; ///< When it was last logged that it says what it may not.
  std::optional<instant> asked;   ///< When it was last asked for its documents.

  /// A local name that is told when it is there again, if there is room.
  void remember(const name& correspondent) {
    if (correspondents.size() < max_correspondents)
      correspondents.insert(correspondent);
    else if (!correspondents.contains(correspondent))
      max_correspondents.cross();
  }
};

} // namespace loa::node
