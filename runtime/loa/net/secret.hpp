#pragma once

#include <loa/base/bytes.hpp>

#include <array>
#include <cstddef>

namespace loa::net {

/// 32 octets that nobody else may know: a key, or what keys are made of. It is moved and never
/// copied, and its memory is wiped when it goes.
class secret {
public:
  static constexpr std::size_t size = 32;

  /// All zero.
  secret() noexcept = default;
  /// The first 32 of `octets`; shorter input is followed by zeros.
  explicit secret(bytes_view octets) noexcept;
  secret(secret&& other) noexcept;
  secret& operator=(secret&& other) noexcept;
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;
  ~secret();

  [[nodiscard]] bytes_view view() const noexcept;
  [[nodiscard]] unsigned char* data() noexcept { return octets_.data(); }
  [[nodiscard]] const unsigned char* data() const noexcept { return octets_.data(); }

  /// Makes it all zero, and no compiler leaves that out.
  void wipe() noexcept;
  /// Compares in a time that does not depend on the content.
  [[nodiscard]] bool same_as(const secret& other) const noexcept;

private:
  std::array<unsigned char, size> octets_{};
};

/// Compares in a time that depends on the lengths only.
[[nodiscard]] bool same_octets(bytes_view a, bytes_view b) noexcept;

} // namespace loa::net
