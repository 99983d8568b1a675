#pragma once

#include <loa/city/book.hpp>
#include <loa/city/health.hpp>
#include <loa/city/layout.hpp>
#include <loa/sim/world.hpp>

#include <functional>

namespace loa::city {

class street;

/// What the clients of a simulated city stand on.
struct surroundings {
  sim::world& world;
  const layout& places;
  const health& well;
  book& notes;
  seeded_random random;                   ///< The clients' own.
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

/// Somebody at a desk who wants an answer: asks the node that hosts the unit, again under the same
/// key until there is one.
class desk {
public:
  explicit desk(surroundings& in) : in_(in) {}

  using answer_handler = std::function<void(const result<wire::value>&)>;

  /// `then` gets the first answer that is one: done, or a refusal for a reason that stays. After
  /// `patience` it gets errc::timeout, and nobody knows.
  void ask(const name& to, wire::value command, node::ask_options how, answer_handler then,
           micros patience = std::chrono::minutes(30));
  /// Once, the host; for looking. The answer may be any error.
  void look(const name& to, wire::value command, answer_handler then);

  /// Questions that have no answer yet.
  [[nodiscard]] std::size_t open() const noexcept { return open_; }

private:
  struct request;
  void attempt(const std::shared_ptr<request>& r);
  void watch(const std::shared_ptr<request>& r, const std::string& node, std::uint64_t attempt);

  surroundings& in_;
  std::size_t open_ = 0;
};

} // namespace loa::city
