#pragma once

#include <loa/base/random.hpp>
#include <loa/base/time.hpp>
#include <loa/link/messages.hpp>

#include <catch2/catch.hpp>

#include <map>

namespace loa::link::test {

/// Messages on their way between two ends in virtual time; loses, doubles, delays and reorders them
/// as its seed says, and sends some of them through their binary form.
class hostile_network {
public:
  explicit hostile_network(seeded_random& dice) : dice_(&dice) {
    loss_ = static_cast<double>(dice.below(40)) / 100;
    doubling_ = static_cast<double>(dice.below(30)) / 100;
    longest_ = 1 + dice.below(400);
  }

  void send(int to, const std::vector<message>& messages, instant now) {
    for (const auto& m : messages) {
      if (cut_ || (!calm_ && dice_->chance(loss_))) continue;
      put(to, m, now);
      if (!calm_ && dice_->chance(doubling_)) put(to, m, now);
    }
  }

  /// The next message that has arrived, with the end it is for.
  std::optional<std::pair<int, message>> receive(instant now) {
    if (flying_.empty() || flying_.begin()->first.first > now) return std::nullopt;
    auto out = std::move(flying_.begin()->second);
    flying_.erase(flying_.begin());
    if (!dice_->chance(0.25)) return out;
    auto decoded = decode(encode(out.second));
    REQUIRE(decoded);
    return std::pair(out.first, *std::move(decoded));
  }

  [[nodiscard]] std::optional<instant> next() const {
    if (flying_.empty()) return std::nullopt;
    return flying_.begin()->first.first;
  }

  void cut() { cut_ = true; }
  void mend() { cut_ = false; }
  [[nodiscard]] bool is_cut() const { return cut_; }
  /// Calm, it loses and doubles nothing; what is under way still arrives, in any order.
  void be_calm(bool calm) {
    calm_ = calm;
    if (calm) cut_ = false;
  }

private:
  void put(int to, const message& m, instant now) {
    // Some are very late: they arrive in another life of their receiver.
    const auto delay = dice_->chance(0.02) ? dice_->below(20'000) : dice_->below(longest_);
    flying_.emplace(std::pair(now + duration(delay), dice_->next()), std::pair(to, m));
  }

  seeded_random* dice_;
  double loss_;
  double doubling_;
  std::uint64_t longest_;
  bool cut_ = false;
  bool calm_ = false;
  std::map<std::pair<instant, std::uint64_t>, std::pair<int, message>> flying_;
};

inline shared_body body_of(std::string text) {
  return std::make_shared<const bytes>(std::move(text));
}

} // namespace loa::link::test
