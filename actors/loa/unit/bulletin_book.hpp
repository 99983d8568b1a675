#pragma once

#include <loa/unit/bulletin_index.hpp>
#include <loa/unit/facts.hpp>
#include <loa/unit/period_ledger.hpp>

#include <map>

namespace loa::unit {

/// What a unit knows of one bulletin that went through its feed.
struct bulletin_record {
  std::uint64_t position = 0;
  frame_head head;
  instant at;                ///< When this unit took it.
  std::string superseded_by; ///< A bulletin's id, or empty.
  std::uint64_t played = 0;
  std::string author;
  wire::octets cap_xml;
  std::optional<instant> closed_at;
  model::delivery_figures final_figures; ///< Once it is closed; `played` stands above.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("position", self.position);
    f("head", self.head);
    f("at", self.at);
    f.optional("superseded_by", self.superseded_by);
    f.optional("played", self.played);
    f.optional("author", self.author);
    f.optional("cap_xml", self.cap_xml);
    f.optional("closed_at", self.closed_at);
    f.optional("final_figures", self.final_figures);
  }
  bool operator==(const bulletin_record&) const = default;
};

/// The bulletins of a unit: those in force, and the closed ones that still have figures of their
/// own. When a closed one is dropped, its figures go into the ledger of periods. Pure; changed by
/// facts.
class bulletin_book {
public:
  /// A bulletin that expires is closed a little later, for acknowledgements that are under way.
  static constexpr duration grace = std::chrono::minutes(1);

  void apply(const bulletin_taken& f);
  void apply(const bulletin_closed& f, const path& self, duration retention, period_ledger& to);
  void apply(const played_counted& f);

  [[nodiscard]] const bulletin_record* find(const model::bulletin_id& id) const;
  /// One in force that was published as the same CAP alert: sender, identifier and time.
  [[nodiscard]] const bulletin_record* find_alert(const model::cap_info& cap) const;
  [[nodiscard]] const bulletin_record* at_position(std::uint64_t position) const;
  /// One that `h` means to take the place of, and may not, since it is of a unit above.
  [[nodiscard]] const bulletin_record* of_others(const frame_head& h) const;
  /// The id of one in force that takes the place of this one; empty if there is none.
  [[nodiscard]] model::bulletin_id superseder_of(const frame_head& h) const;

  /// How many of `unit`'s own are not closed: emergencies, or all others.
  [[nodiscard]] std::size_t open(const path& unit, bool emergencies) const;
  [[nodiscard]] std::size_t in_force(instant now) const;
  /// When the next one is to be closed, beyond an instant.
  [[nodiscard]] std::optional<instant> next_closing(instant beyond = instant::min()) const;
  [[nodiscard]] std::vector<const bulletin_record*> to_close(instant now) const;
  [[nodiscard]] const std::map<model::bulletin_id, bulletin_record>& all() const noexcept {
    return records_;
  }

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f.optional("records", self.records_);
    if constexpr (!std::is_const_v<Self>) self.index_all();
  }
  bool operator==(const bulletin_book&) const = default;

private:
  void drop_old(instant now, const path& self, duration retention, period_ledger& to);
  void drop(const model::bulletin_id& id, instant now, const path& self, period_ledger& to);
  void bound_xml();
  void index_all();

  std::map<model::bulletin_id, bulletin_record> records_;
  bulletin_index index_;
};

/// True if a bulletin names others whose place it takes.
[[nodiscard]] inline bool refers(const frame_head& h) {
  return !h.replaces.empty() || (h.cap && !h.cap->references.empty());
}

/// What a bulletin adds to the figures of `unit`, whose feed it went through: its publication is
/// counted by the unit that published it.
[[nodiscard]] model::figures figures_of(const bulletin_record& r,
                                        const model::delivery_figures& reached, const path& unit);

} // namespace loa::unit
