#pragma once

#include <cstdint>
#include <optional>

namespace loa::net {

/// Octets of one lane that may be under way to a peer before it has asked for more. Both ends count
/// from the start of the connection and only ever upwards, so that a grant that is lost, doubled or
/// late does no harm.
inline constexpr std::uint64_t credit_window = 256U << 10;

/// The sending end. Pure; one thread at a time.
class credit_to_spend {
public:
  explicit credit_to_spend(std::uint64_t window = credit_window) : granted_(window) {}

  /// How many octets may go now.
  [[nodiscard]] std::uint64_t left() const noexcept { return granted_ - spent_; }
  /// Takes credit for what is sent; false, and nothing is taken, if there is not enough.
  [[nodiscard]] bool spend(std::uint64_t octets) noexcept {
    if (octets > left()) return false;
    spent_ += octets;
    return true;
  }
  /// The peer lets us send up to `total` octets in all. False if that is more than it can mean: a
  /// peer never grants more than a window beyond what was sent.
  [[nodiscard]] bool granted(std::uint64_t total, std::uint64_t window = credit_window) noexcept {
    if (total > spent_ && total - spent_ > window) return false;
    if (total > granted_) granted_ = total;
    return true;
  }

private:
  std::uint64_t granted_;
  std::uint64_t spent_ = 0;
};

/// The receiving end. Pure; one thread at a time.
class credit_to_grant {
public:
  explicit credit_to_grant(std::uint64_t window = credit_window)
      : window_(window),
        granted_(window) {}

  /// So many octets came. False if they were more than was granted: the peer cannot be trusted.
  [[nodiscard]] bool received(std::uint64_t octets) noexcept {
    if (octets > granted_ - received_) return false;
    received_ += octets;
    return true;
  }
  /// So many octets have been worked off, and no longer take room here.
  void consumed(std::uint64_t octets) noexcept { consumed_ += octets; }
  /// What to tell the peer, once half a window is free again; nothing before.
  [[nodiscard]] std::optional<std::uint64_t> grant() noexcept {
    const auto total = consumed_ + window_;
    if (total - granted_ < window_ / 2) return std::nullopt;
    granted_ = total;
    return total;
  }

private:
  std::uint64_t window_;
  std::uint64_t granted_;
  std::uint64_t received_ = 0;
  std::uint64_t consumed_ = 0;
};

} // namespace loa::net
