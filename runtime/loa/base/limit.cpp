#include <loa/base/limit.hpp>
#include <loa/base/random.hpp>

#include <algorithm>
#include <cassert>
#include <cmath>

namespace loa {

namespace {

/// Constant-initialized, so that it is there before the first limit of any file.
constinit std::atomic<limit*> first{nullptr};
constinit std::atomic<bool> drawn{false};

/// FNV-1a, which is the same everywhere.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325;
  for (const char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return h;
}

std::uint64_t between(std::uint64_t floor, std::uint64_t usual, double where) {
  const auto low = std::log(static_cast<double>(floor));
  const auto high = std::log(static_cast<double>(usual));
  const auto value = std::exp(low + where * (high - low));
  return std::clamp(static_cast<std::uint64_t>(std::llround(value)), floor, usual);
}

} // namespace

limit::limit(std::string_view name, std::uint64_t usual, std::uint64_t floor) noexcept
    : name_(name),
      usual_(usual),
      floor_(floor),
      value_(usual),
      next_(first.load()) {
  assert(1 <= floor && floor <= usual);
  while (!first.compare_exchange_weak(next_, this)) {
  }
}

std::vector<limit*> limit::all() {
  std::vector<limit*> out;
  for (auto* l = first.load(); l; l = l->next_) out.push_back(l);
  std::ranges::sort(out, {}, [](const limit* l) { return l->name(); });
  return out;
}

limit_draw::limit_draw(std::uint64_t seed) {
  [[maybe_unused]] const bool another = drawn.exchange(true);
  assert(!another);
  for (auto* l : limit::all()) {
    seeded_random dice(seed ^ hash_of(l->name()));
    const bool usual = dice.chance(0.5);
    constexpr std::uint64_t steps = 1'000'000;
    const auto where = static_cast<double>(dice.below(steps + 1)) / static_cast<double>(steps);
    l->value_.store(usual ? l->usual_ : between(l->floor_, l->usual_, where));
  }
}

limit_draw::~limit_draw() {
  for (auto* l : limit::all()) l->value_.store(l->usual_);
  drawn.store(false);
}

} // namespace loa
