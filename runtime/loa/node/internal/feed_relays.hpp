#pragma once

#include <loa/link/feed_sender.hpp>
#include <loa/link/slot_ledger.hpp>
#include <loa/node/internal/desk_host.hpp>
#include <loa/node/internal/relay_messages.hpp>

#include <functional>
#include <map>

namespace loa::node {

/// A feed's relays: one on each other node where sessions follow it. An entry goes once to each,
/// which fans it out there; slots and figures stay with the feed.
///
/// A relay acknowledges only for sessions that it has told of. One thread, the feed's.
class feed_relays {
public:
  explicit feed_relays(desk_host& host) : host_(host) {}

  /// Tells every relay of an earlier life to come again.
  void forget();
  /// A relay's conversation about entries. `source` outlives this; up to `visible` may be told.
  void take(const std::string& node, const link::message& m, const link::feed_source& source,
            std::uint64_t visible);
  /// Notes that sessions there are in these slots, committed, and tells the relay.
  void give(const std::string& node, const seats_given& seats);
  /// True if the relay has somebody in that slot now, or had: acknowledgements may come after who
  /// gave them has gone.
  [[nodiscard]] bool spoke_for(const std::string& node, std::uint32_t slot) const;
  /// True if the relay has somebody in that slot.
  [[nodiscard]] bool speaks_for(const std::string& node, std::uint32_t slot) const;
  /// The session in a slot is there no more.
  void leave(const std::string& node, std::uint32_t slot);
  void leave(std::uint32_t slot);
  void say(const std::string& node, relay_message m);

  /// Entries up to this position may be told.
  void advance(std::uint64_t visible);
  /// An emergency that could not be stored. Goes also to relays of an earlier life: what was
  /// refused just before may have made the feed forget them, and they have their sessions still.
  void pass(const feed_entry_ptr& entry);
  void reached(const std::string& node);
  void tick();

  [[nodiscard]] bool seated(std::uint32_t slot) const;
  [[nodiscard]] bool in_use() const noexcept { return !by_node_.empty(); }

private:
  struct relay {
    std::optional<link::feed_sender> sender;
    std::vector<bool> seats; ///< By slot.
    std::vector<bool> spoke; ///< Likewise: seats and those that were.
  };
  void carry_out(const std::string& node, link::feed_sender::output out);

  desk_host& host_;
  std::map<std::string, relay> by_node_;
};

} // namespace loa::node
