#pragma once

#include <loa/city/book.hpp>
#include <loa/city/health.hpp>
#include <loa/city/layout.hpp>
#include <loa/sim/client.hpp>
#include <loa/sim/world.hpp>

namespace loa::city {

class street;

/// What the clients of a simulated city stand on.
struct surroundings {
  sim::world& world;
  const layout& places;
  const health& well;
  book& notes;
  seeded_random& random;                  ///< The clients' own.
  std::map<std::string, street*> streets; ///< By node.
  std::uint64_t last_channel = 0;

  [[nodiscard]] micros now() const { return world.now(); }
  [[nodiscard]] sim::machine& host(const path& unit) const {
    return *world.find(places.host_of(unit));
  }
  [[nodiscard]] sim::machine& any_machine() {
    return *world.machines()[random.below(world.machines().size())];
  }
  [[nodiscard]] micros between(micros least, micros most) {
    return least + micros(random.below(static_cast<std::uint64_t>((most - least).count()) + 1));
  }
};

/// Somebody at a desk who wants an answer from the node that hosts a unit, wherever that has moved;
/// and who complains of a node that is well and does not carry out what it is asked at once.
class desk final : public sim::client {
public:
  explicit desk(surroundings& in);

private:
  void attempted(const std::shared_ptr<const request>& r, const sim::machine& at) override;

  surroundings& in_;
};

} // namespace loa::city
