#pragma once

#include <loa/sim/rehearsal.hpp>

#include <map>
#include <variant>

// A rehearsal of purses that pay each other, and what a developer may do wrong in it.
namespace loa::sim::test {

using namespace std::chrono_literals;

struct coins { // an answer, a question from outside, a post from a purse
  static constexpr wire::type_tag tag{"test.purse.coins", 1};
  int n = 0;
  static void describe(auto& self, auto& f) { f.optional("n", self.n); }
};
struct pay {
  static constexpr wire::type_tag tag{"test.purse.pay", 1};
  name to;
  int n = 0;
  static void describe(auto& self, auto& f) { f("to", self.to), f("n", self.n); }
};
struct changed {
  static constexpr wire::type_tag tag{"test.purse.changed", 1};
  int by = 0;
  static void describe(auto& self, auto& f) { f("by", self.by); }
};

enum class defect {
  none,
  forgets,   ///< The entity keeps what it pays outside of its facts.
  careless,  ///< The clients repeat their commands without a key.
  restless,  ///< It never comes to rest, and reads where nobody may wait.
  throws,    ///< The rehearsal's own code throws.
  remembers, ///< The entity's behaviour depends on a global.
};

template <defect D>
struct purse {
  static constexpr std::string_view kind = "purse";
  using command = std::variant<pay, coins>;
  using fact = std::variant<changed>;
  using reply = std::variant<coins>;
  mutable int here = 1'000;
  static inline int ever = 0;

  node::decision<fact> decide(const command& c, const node::context& around) const {
    if (const auto* come = std::get_if<coins>(&c)) {
      if (around.from.empty()) return coins{here};
      if constexpr (D == defect::remembers)
        if (++ever > 20) return coins{here};
      return {changed{come->n}, coins{here + come->n}};
    }
    const auto& order = std::get<pay>(c);
    node::decision<fact> d;
    if constexpr (D == defect::forgets)
      here -= order.n;
    else
      d.facts.push_back(changed{-order.n});
    d.reply = wire::value::of(coins{here});
    d.effects.push_back(node::post{order.to, wire::value::of(coins{order.n})});
    return d;
  }
  void apply(const fact& f) { here += std::get<changed>(f).by; }
};

template <defect D>
struct market : rehearsal {
  std::vector<node::entity_kind> kinds() const override { return {node::kind_of<purse<D>>()}; }
  std::vector<std::string> entities() const override { return {"purse/a", "purse/b", "purse/c"}; }
  void live(stage& s) override {
    s.now_and_then(10s, [this, &s] {
      const auto from = s.one_of(entities());
      const auto to = s.one_of(entities());
      const auto order =
          wire::value::of(pay{*name::parse(to), 1 + static_cast<int>(s.random().below(9))});
      const auto then = [this, from, to, order](const auto& answer) {
        if constexpr (D == defect::throws)
          throw std::runtime_error("a thing that I did not foresee");
        if (!answer) return;
        expected[from] -= order.template get<pay>()->n;
        expected[to] += order.template get<pay>()->n;
        ++paid;
      };
      if constexpr (D == defect::careless)
        s.ask_carelessly(from, order, then);
      else
        s.ask(from, order, then);
    });
    if constexpr (D == defect::restless)
      s.after(30s, [this, &s] { waited = s.read<coins>("purse/a", coins{}).has_value(); });
  }
  void check(stage& s) override {
    ++checks;
    for (const auto& who : entities())
      if (const auto has = s.read<coins>(who, coins{}); has && has->n != 1'000 + expected[who])
        s.broken(who, "has " + std::to_string(has->n - 1'000 - expected[who]) + " too many.");
  }
  bool at_rest() const override { return D != defect::restless; }
  std::vector<figure> figures() const override { return {{"payments", paid}}; }

  std::map<std::string, int> expected;
  std::uint64_t paid = 0;
  int checks = 0;
  bool waited = false;
};

template <defect D = defect::none>
rehearsal_end half_an_hour(std::uint64_t seed, weather sky, std::size_t nodes = 0) {
  market<D> m;
  rehearsal_options o;
  o.seed = seed;
  o.nodes = nodes;
  o.lasts = 30min;
  o.sky = sky;
  return rehearse(m, o).value();
}

} // namespace loa::sim::test
