#pragma once

#include <cstdint>
#include <string>

namespace loa::store {

/// Room on the disk, held by a file "reserve" and given back when the disk is full, so that the
/// commits that free something can be written. One thread at a time.
class ballast {
public:
  ballast(const std::string& directory, std::uint64_t octets);

  /// Takes the room if it is not held and the disk has four times as much free.
  void take() noexcept;
  /// Gives the room back; true if there was any.
  bool release() noexcept;

private:
  std::string path_;
  std::string directory_;
  std::uint64_t octets_;
  bool held_ = false;
};

} // namespace loa::store
