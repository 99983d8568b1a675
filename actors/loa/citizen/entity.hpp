#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/small_list.hpp>
#include <loa/citizen/facts.hpp>
#include <loa/node/entity.hpp>

namespace loa::citizen {

/// One citizen's session, `citizen/ID`: hands what the units that a connection follows publish to
/// that connection, a bulletin once even if several of them carry it, and passes acknowledgements
/// on. What one connection acknowledges the citizen has.
///
/// It has no journal; what lasts is its slot in the units. A million of them live in one process:
/// one that follows a unit with one connection takes no heap beside itself, and an entry costs one
/// allocation, or two while acknowledgements are awaited.
class entity {
public:
  static constexpr std::string_view kind = "citizen";
  static constexpr bool durable = false;
  using command = citizen::command;
  using fact = citizen::fact;
  using decision = node::decision<fact>;

  /// Entries of one lane of a unit whose acknowledgement is awaited, 24 bytes each. Beyond it the
  /// oldest are no longer told apart: they count as acknowledged with a later one of their lane.
  static inline limit max_awaited{"citizen.awaited", 64, 32};
  /// Bulletins that are recognised when another unit carries them, the latest; kept only by who
  /// follows several.
  static inline limit max_recognised{"citizen.recognised", 256, 1};

  /// Commands come through a gateway of this node.
  [[nodiscard]] static bool open_to_nodes(const command&) { return false; }
  [[nodiscard]] decision decide(const command& c, const node::context& ctx) const;
  [[nodiscard]] decision on_entry(const node::feed_entry_ptr& entry,
                                  const node::context& ctx) const;
  void apply(const fact& f);
  /// A session lives as long as somebody is connected.
  [[nodiscard]] bool busy() const noexcept { return !clients_.empty(); }

private:
  using unit_set = std::uint16_t; // a bit for each index among the units
  static_assert(most_units <= 16);

  struct client {
    std::uint64_t channel = 0;
    bool acknowledges = true;
    unit_set units = 0; ///< What it follows.
  };
  /// An entry that the clients have not acknowledged.
  struct awaited {
    std::uint64_t position = 0;
    std::uint64_t id = 0;
    link::lane on = link::lane::ordinary;
    bool got = false;    ///< They have it, and something before it is still awaited.
    unit_set before = 0; ///< Units that had brought the bulletin to those who follow them.
  };
  /// A bulletin that came, and through which units.
  struct carried {
    std::uint64_t id = 0;
    unit_set by = 0;
  };
  struct followed {
    path unit;
    std::vector<awaited> entries; ///< In the order in which they came.
  };

  decision on(const attach& c, const node::context& ctx) const;
  decision on(const detach& c, const node::context& ctx) const;
  decision on(const ack& c, const node::context& ctx) const;
  void change(const attach& f);
  void change(const detach& f);
  void change(const ack& f);
  void change(const handed& f);

  [[nodiscard]] const followed* find(const path& unit) const;
  [[nodiscard]] unit_set bit_of(const followed& unit) const;
  /// What somebody follows, apart from one client.
  [[nodiscard]] unit_set in_use(std::uint64_t apart_from) const;
  /// The place of a unit among the followed, perhaps that of one which nobody follows any more.
  std::size_t place_for(const path& unit, unit_set taken);
  /// The units that have brought a bulletin.
  [[nodiscard]] unit_set carriers(std::uint64_t id) const;
  void note_carrier(std::uint64_t id, unit_set unit);
  /// True if the clients have not acknowledged the bulletin that another unit brought them first.
  [[nodiscard]] bool awaits(std::uint64_t id) const;
  /// Marks what the acknowledgement says in copies of the lists; gives the units it moves on.
  [[nodiscard]] std::vector<node::acknowledge> settle(small_list<followed>& units,
                                                      const ack& a) const;

  small_list<client> clients_;
  small_list<followed> units_;
  std::vector<carried> recognised_;
};

} // namespace loa::citizen
