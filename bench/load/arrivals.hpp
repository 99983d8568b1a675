#pragma once

#include <bench/measure/histogram.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace loa::bench {

/// When a message came to its subscribers.
struct arrivals {
  using steady = std::chrono::steady_clock;
  steady::time_point first{}, last{};
  std::size_t count = 0;
  histogram latencies; ///< Nanoseconds from when it was meant to be sent.

  void note(steady::time_point now, steady::time_point meant);
};

/// A row of messages, each with the same mark and behind it a number of six digits that says which
/// one it is, and when each came.
class arrival_book {
public:
  using steady = arrivals::steady;
  arrival_book() = default; ///< Of no messages.
  /// `meant[n]` is when number n is meant to be sent.
  arrival_book(std::string mark, std::vector<steady::time_point> meant, std::size_t subscribers);

  /// Which of the row it is; nothing if it is none.
  [[nodiscard]] std::optional<std::size_t> number_of(std::string_view message) const;
  /// Whether this subscriber has that message for the first time.
  [[nodiscard]] bool is_new(std::size_t message, std::size_t subscriber);
  void note(std::size_t message, steady::time_point now) {
    seen_[message].note(now, meant_[message]);
  }
  [[nodiscard]] const arrivals& of(std::size_t message) const { return seen_[message]; }
  [[nodiscard]] steady::time_point meant(std::size_t message) const { return meant_[message]; }
  [[nodiscard]] std::size_t size() const { return meant_.size(); }

private:
  std::string mark_;
  std::vector<steady::time_point> meant_;
  std::vector<arrivals> seen_;
  std::size_t subscribers_ = 0;
  std::vector<bool> has_; ///< Message by message, subscriber by subscriber.
};

} // namespace loa::bench
