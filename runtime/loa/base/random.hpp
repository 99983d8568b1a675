#pragma once

#include <cstdint>
#include <string>

namespace loa {

/// Where randomness comes from: the system's in production, a seed in tests and simulation.
class random_source {
public:
  virtual ~random_source() = default;
  /// 64 uniformly distributed bits. Safe to call from any thread.
  [[nodiscard]] virtual std::uint64_t next() = 0;
};

/// The kernel's generator (getrandom); good enough for keys and codes. Lives as long as the
/// program.
[[nodiscard]] random_source& system_random();

/// SplitMix64: a seed gives the same numbers everywhere and for ever. Not for secrets, one thread.
class seeded_random : public random_source {
public:
  explicit seeded_random(std::uint64_t seed) noexcept : state_(seed) {}
  [[nodiscard]] std::uint64_t next() override;
  /// A number in [0, bound), each as likely as the others; `bound` is at least 1.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound);
  /// True with the given probability.
  [[nodiscard]] bool chance(double probability);

private:
  std::uint64_t state_;
};

/// An identifier of `characters` Crockford base-32 digits, five random bits each, upper case and
/// without the letters that are mistaken for digits.
[[nodiscard]] std::string random_id(random_source& source, std::size_t characters);

} // namespace loa
