#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>

namespace loa::sim {

/// Time in a simulated world: microseconds since it began. Nothing in a world knows another time.
using micros = std::chrono::microseconds;

/// What happened in a world, so that two runs can be compared: of every line and every decision a
/// hash, and the latest lines as text. The same seed gives the same trace, octet for octet, in
/// every process of the same program.
class trace {
public:
  struct line {
    micros at{0};
    std::string who; ///< A machine, or who else acts: "network", "workload".
    std::string what;
    bool operator==(const line&) const = default;
  };

  /// Keeps the latest `most` lines.
  explicit trace(std::size_t most = 10'000) : most_(most) {}

  void say(micros at, std::string_view who, std::string what);
  /// Something was decided that no line tells of.
  void decided(std::uint64_t what) noexcept { hash_ = (hash_ ^ what) * prime; }

  [[nodiscard]] std::uint64_t hash() const noexcept { return hash_; }
  [[nodiscard]] const std::deque<line>& lines() const noexcept { return lines_; }
  /// Lines said, kept or not.
  [[nodiscard]] std::uint64_t said() const noexcept { return said_; }
  /// Tells of every line from now on.
  void listen(std::function<void(const line&)> to) { listener_ = std::move(to); }

private:
  static constexpr std::uint64_t prime = 0x100000001b3ULL; // FNV-1a's

  std::size_t most_;
  std::uint64_t hash_ = 0xcbf29ce484222325ULL;
  std::uint64_t said_ = 0;
  std::deque<line> lines_;
  std::function<void(const line&)> listener_;
};

/// "   12.345678 city     killed", without a line's end.
[[nodiscard]] std::string to_string(const trace::line& l);

} // namespace loa::sim
