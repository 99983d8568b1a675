#pragma once

#include <loa/base/result.hpp>
#include <loa/model/unit_tree.hpp>

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace loa::cli {

/// Who lives where in a demo. Citizens are spread evenly over the communes, the units without
/// children, and every commune has as many loudspeakers. Clients have numbers: citizens from 0,
/// loudspeakers after them. Immutable.
class demo_plan {
public:
  /// Refused: more clients than one demo has.
  [[nodiscard]] static result<demo_plan> make(std::shared_ptr<const model::unit_tree> tree,
                                              std::uint64_t citizens,
                                              std::uint64_t loudspeakers_per_commune);

  [[nodiscard]] const model::unit_tree& tree() const { return *tree_; }
  [[nodiscard]] const std::vector<path>& communes() const { return communes_; }
  /// The units right below the root, or the root where it stands alone: the groups of clients.
  [[nodiscard]] const std::vector<path>& districts() const { return districts_; }
  [[nodiscard]] std::uint64_t citizens() const { return citizens_; }
  [[nodiscard]] std::uint64_t loudspeakers() const { return per_commune_ * communes_.size(); }
  [[nodiscard]] std::uint64_t clients() const { return citizens() + loudspeakers(); }

  /// The id of a citizen, and the unit that he follows.
  [[nodiscard]] static std::string citizen_id(std::uint64_t number);
  [[nodiscard]] const path& home_of_citizen(std::uint64_t number) const {
    return communes_[number % communes_.size()];
  }
  /// Of a loudspeaker, numbered from 0.
  [[nodiscard]] const path& home_of_loudspeaker(std::uint64_t number) const {
    return communes_[number / per_commune_];
  }
  [[nodiscard]] name loudspeaker(std::uint64_t number) const;
  /// What it is called: "Cụm loa số 3".
  [[nodiscard]] std::string title_of_loudspeaker(std::uint64_t number) const;

  /// Which of `districts` each client lives in, by its number.
  [[nodiscard]] std::vector<std::size_t> groups() const;

private:
  demo_plan() = default;
  std::shared_ptr<const model::unit_tree> tree_;
  std::vector<path> communes_;
  std::vector<path> districts_;
  std::uint64_t citizens_ = 0;
  std::uint64_t per_commune_ = 0;
};

} // namespace loa::cli
