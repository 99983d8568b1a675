#pragma once

#include <loa/base/time.hpp>
#include <loa/model/bulletin.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace loa::unit {

struct bulletin_record;

/// Where to look in a book of bulletins, so that one more costs the same among thousands as among
/// ten. It follows from the records alone and is never stored. Pure.
///
/// A record that changes is taken out as it was and put in as it is.
class bulletin_index {
public:
  void put_in(const bulletin_record& r);
  void take_out(const bulletin_record& r);

  [[nodiscard]] const model::bulletin_id* at(std::uint64_t position) const;
  /// Those in force that take the place of others, by position.
  [[nodiscard]] std::vector<model::bulletin_id> referring() const;
  /// When the next one in force ends, beyond an instant.
  [[nodiscard]] std::optional<instant> next_end(instant beyond) const;
  /// Those in force that end up to then, by position.
  [[nodiscard]] std::vector<model::bulletin_id> ended(instant then) const;
  /// Those in force of a unit, emergencies or all others.
  [[nodiscard]] std::size_t open(const path& unit, bool emergencies) const;
  [[nodiscard]] std::size_t closed() const noexcept { return closed_.size(); }
  /// The one that was closed first, if it was then or before.
  [[nodiscard]] const model::bulletin_id* first_closed(instant then = instant::max()) const;

  bool operator==(const bulletin_index&) const = default;

private:
  using moment = std::pair<instant, std::uint64_t>; // the number is a position

  [[nodiscard]] std::vector<model::bulletin_id> ids(const std::vector<std::uint64_t>& of) const;

  std::map<std::uint64_t, model::bulletin_id> all_; // by position
  std::set<moment> ends_;                           // of those in force
  std::set<moment> closed_;
  std::set<std::uint64_t> referring_;
  std::map<std::pair<path, bool>, std::size_t> open_; // never 0
};

} // namespace loa::unit
