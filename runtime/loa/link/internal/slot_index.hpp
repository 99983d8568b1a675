#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

namespace loa::link::internal {

/// Finds a slot by its name: an open hash table of slot numbers with linear probing. The names stay
/// where they are; `Names` gives the name of a slot.
template <class Names>
class slot_index {
public:
  explicit slot_index(Names names) : names_(names) {}

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const {
    if (cells_.empty()) return std::nullopt;
    for (auto i = home(name); cells_[i] != nobody; i = after(i))
      if (names_(cells_[i]) == name) return cells_[i];
    return std::nullopt;
  }

  /// The name must not be there yet, and `Names` must know it.
  void add(std::uint32_t slot) {
    if ((used_ + 1) * 4 > cells_.size() * 3) grow();
    put(slot);
    ++used_;
  }

  /// The slot must be there, and `Names` must still know it.
  void remove(std::uint32_t slot) {
    auto hole = home(names_(slot));
    while (cells_[hole] != slot) hole = after(hole);
    // Whoever probed across the hole moves into it, so no search ends too early.
    for (auto i = after(hole); cells_[i] != nobody; i = after(i)) {
      const auto distance = (i - home(names_(cells_[i]))) & (cells_.size() - 1);
      if (distance < ((i - hole) & (cells_.size() - 1))) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole] = nobody;
    --used_;
  }

  [[nodiscard]] std::size_t octets() const noexcept {
    return cells_.capacity() * sizeof(cells_[0]);
  }

private:
  static constexpr std::uint32_t nobody = 0xffffffff;

  [[nodiscard]] std::size_t home(std::string_view name) const noexcept {
    return std::hash<std::string_view>{}(name) & (cells_.size() - 1);
  }
  [[nodiscard]] std::size_t after(std::size_t i) const noexcept {
    return (i + 1) & (cells_.size() - 1);
  }
  void put(std::uint32_t slot) {
    auto i = home(names_(slot));
    while (cells_[i] != nobody) i = after(i);
    cells_[i] = slot;
  }
  void grow() {
    const auto before = std::move(cells_);
    cells_.assign(before.empty() ? 16 : before.size() * 2, nobody);
    for (auto slot : before)
      if (slot != nobody) put(slot);
  }

  Names names_;
  std::vector<std::uint32_t> cells_;
  std::size_t used_ = 0;
};

} // namespace loa::link::internal
