#pragma once

#include <loa/base/limit.hpp>
#include <loa/node/internal/reply_slot.hpp>

#include <deque>
#include <map>
#include <string>

namespace loa::node {

/// The commands that went to other nodes and are not answered yet. An answer is given once: the
/// peer's, or an error when its session ends or its time is over. One thread.
class pending_commands {
public:
  /// No more are under way to all peers together.
  static inline limit max_under_way{"node.pending_commands", 65'536, 4};
  static constexpr duration patience{30'000};

  /// Notes a command to a peer and gives its number; 0 if too many are under way.
  [[nodiscard]] std::uint64_t add(const std::string& peer, reply_ptr reply, instant now);
  /// The peer's answer. Ignored if nothing waits for it, or for another peer's.
  void answer(const std::string& peer, std::uint64_t number, result<wire::value> with);
  /// The way to the peer is gone: what was done there nobody can say.
  void lose(const std::string& peer);
  /// Gives up what has waited for too long.
  void tick(instant now);
  /// When to call `tick`; nothing if nothing waits.
  [[nodiscard]] std::optional<instant> deadline() const;

private:
  struct waiting {
    std::string peer;
    reply_ptr reply;
  };
  std::map<std::uint64_t, waiting> by_number_;
  std::deque<std::pair<instant, std::uint64_t>> deadlines_;
  std::uint64_t last_ = 0;
};

} // namespace loa::node
