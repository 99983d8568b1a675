#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/name.hpp>
#include <loa/model/geo.hpp>
#include <loa/wire/describe.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <unordered_map>

/// \file
/// The hierarchy of administrative units (đơn vị hành chính), read from a hierarchy file:
///
///     {"source": text, "valid_from"?: date, "valid_to"?: date, "root": UNIT}
///     UNIT = {"code", "name", "tier", "children"?: [UNIT..], "boundary"?: GeoJSON Polygon,
///             "successors"?: [path..]}
///
/// `code` is the unit's own part of its path; dates read "2025-07-01". A tier may be left out (the
/// layout since July 2025 has communes right under the city), but never stand above a higher one.
namespace loa::model {

/// From the top: each stands below all with a smaller rank; city and province are of one rank.
enum class tier : std::uint8_t { nation, province, city, district, commune, hamlet };

/// One unit of a tree. Its children are not in it: ask the tree.
struct unit_info {
  path unit;        ///< "79.769.26794"
  std::string name; ///< Official name in NFC, "Phường Linh Xuân".
  tier level = tier::commune;
  std::vector<path> successors;    ///< Where its people went when it ceased to exist.
  std::optional<polygon> boundary; ///< Known for some units only.
};

/// An immutable tree of units. Copying copies all units; share it by `std::shared_ptr<const …>`.
/// Pointers and spans that it gives live as long as the tree. Any thread may read it.
class unit_tree {
public:
  /// What a file may be: octets, levels, units.
  static constexpr std::size_t most_octets = 64U << 20;
  static constexpr std::size_t most_depth = 16;
  static constexpr std::size_t most_units = 200'000;

  /// Reads a hierarchy file. If anything is wrong nothing is loaded: the error is the first mistake
  /// and says how many more there are, and `all`, where given, receives every one (at most 1000),
  /// each with the JSON pointer of its place. Refused are: unknown fields, a missing name, an
  /// unknown tier, a unit under a unit of its own or a lower tier, a code twice under one parent, a
  /// code that repeats an ancestor's, a boundary that is not a closed GeoJSON polygon (RFC 7946
  /// section 3.1.6), `valid_from` after `valid_to`, and files over the limits.
  [[nodiscard]] static result<unit_tree> load(bytes_view json_text,
                                              std::vector<error>* all = nullptr);

  [[nodiscard]] const std::string& source() const noexcept { return source_; }
  [[nodiscard]] std::optional<std::chrono::year_month_day> valid_from() const noexcept {
    return valid_from_;
  }
  [[nodiscard]] std::optional<std::chrono::year_month_day> valid_to() const noexcept {
    return valid_to_;
  }
  /// True if the layout is in force on that day; both ends count.
  [[nodiscard]] bool in_force(std::chrono::year_month_day day) const noexcept;

  [[nodiscard]] std::size_t size() const noexcept { return units_.size(); }
  [[nodiscard]] const unit_info& root() const noexcept { return units_.front(); }
  /// All units, each before its children, children in the order of the file.
  [[nodiscard]] std::span<const unit_info> all() const noexcept { return units_; }

  /// The unit of that path; null if there is none.
  [[nodiscard]] const unit_info* find(const path& unit) const noexcept;
  /// Null for the root and for what is not here.
  [[nodiscard]] const unit_info* parent(const path& unit) const noexcept;
  [[nodiscard]] std::vector<const unit_info*> children(const path& unit) const;
  /// From the parent up to the root.
  [[nodiscard]] std::vector<const unit_info*> ancestors(const path& unit) const;
  /// The unit and everything below it, each before its children; empty if it is not here.
  [[nodiscard]] std::span<const unit_info> subtree(const path& unit) const noexcept;
  /// How many units of each tier there are in the subtree of `unit`, the unit itself included.
  [[nodiscard]] std::map<tier, std::size_t> count(const path& unit) const;

  /// The deepest unit whose known boundary contains the point; null if none does.
  [[nodiscard]] const unit_info* locate(const geo_point& p) const noexcept;

  /// Which units a shape concerns.
  struct selection {
    /// The fewest units that stand for all those touched; a unit covered whole stands for its
    /// subtree.
    std::vector<path> units;
    /// How many units without children and known boundary could not be judged.
    std::size_t unknown = 0;
  };
  /// The units in the subtree of `scope` whose known boundary the shape touches: the deepest known
  /// ones, or a unit of its own where nothing below it is known to be touched. Units without a
  /// known boundary are never selected, only counted.
  [[nodiscard]] selection select(const path& scope, const shape& where) const;

private:
  friend class hierarchy_reader;
  struct links {
    std::uint32_t parent = 0;
    std::uint32_t end = 0; ///< One behind the last unit of the subtree.
  };
  unit_tree() = default;
  void select_below(std::size_t at, const shape& where, selection& out) const;

  std::string source_;
  std::optional<std::chrono::year_month_day> valid_from_;
  std::optional<std::chrono::year_month_day> valid_to_;
  std::vector<unit_info> units_; // preorder, so that a subtree is a range
  std::vector<links> links_;
  std::unordered_map<path, std::uint32_t> index_;
};

} // namespace loa::model

template <>
inline constexpr auto loa::wire::enum_names<loa::model::tier> =
    std::to_array<std::pair<loa::model::tier, std::string_view>>(
        {{loa::model::tier::nation, "nation"},
         {loa::model::tier::province, "province"},
         {loa::model::tier::city, "city"},
         {loa::model::tier::district, "district"},
         {loa::model::tier::commune, "commune"},
         {loa::model::tier::hamlet, "hamlet"}});
