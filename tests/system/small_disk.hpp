#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace loa::system_test {

/// A disk of a few mebibytes, in memory, mounted on a directory for as long as this lives. Only
/// this program and those that it starts see it; it goes with the program in any case.
class small_disk {
public:
  small_disk(const std::filesystem::path& at, std::uint64_t octets);
  small_disk(const small_disk&) = delete;
  small_disk& operator=(const small_disk&) = delete;
  ~small_disk();

  /// Empty if there is a disk; otherwise why this machine does not let us have one.
  [[nodiscard]] const std::string& refusal() const { return refusal_; }

  /// Takes all room but for so many octets.
  void fill(std::uint64_t leaving) const;
  /// Gives that room back.
  void empty() const;

private:
  const std::filesystem::path at_;
  std::string refusal_;
};

} // namespace loa::system_test
