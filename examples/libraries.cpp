// Entities of one's own in any weather: three libraries send each other books while nodes are
// killed, disks fill and ways are cut, and at the end no book may be lost or doubled.
#include <loa/sim/program.hpp>

using namespace std::chrono_literals;

struct books { // how many; also what one library posts to another, and what it answers
  static constexpr loa::wire::type_tag tag{"library.books", 1};
  int n = 0;
  static void describe(auto& self, auto& f) { f.optional("n", self.n); }
};
struct lend { // the command
  static constexpr loa::wire::type_tag tag{"library.lend", 1};
  loa::name to;
  int n = 0;
  static void describe(auto& self, auto& f) { f("to", self.to), f("n", self.n); }
};
struct changed { // the fact
  static constexpr loa::wire::type_tag tag{"library.changed", 1};
  int by = 0;
  static void describe(auto& self, auto& f) { f("by", self.by); }
};

struct library {
  static constexpr std::string_view kind = "library";
  using command = std::variant<lend, books>;
  using fact = std::variant<changed>;
  using reply = std::variant<books>;
  int here = 100;

  loa::node::decision<fact> decide(const command& c, const loa::node::context& around) const {
    if (const auto* come = std::get_if<books>(&c)) {
      if (around.from.empty()) return books{here}; // somebody only wants to know
      return {changed{come->n}, books{here + come->n}};
    }
    const auto& order = std::get<lend>(c);
    if (order.n > here) return loa::error{loa::errc::rule, "There are not so many books.", {}};
    loa::node::decision<fact> d{changed{-order.n}, books{here - order.n}};
    d.effects.push_back(loa::node::post{order.to, loa::wire::value::of(books{order.n})});
    return d;
  }
  void apply(const fact& f) { here += std::get<changed>(f).by; }
};

struct library_days : loa::sim::rehearsal {
  std::vector<loa::node::entity_kind> kinds() const override {
    return {loa::node::kind_of<library>()};
  }
  std::vector<std::string> entities() const override {
    return {"library/north", "library/south", "library/east"};
  }
  void live(loa::sim::stage& s) override {
    s.now_and_then(10s, [this, &s] {
      const auto from = s.one_of(entities());
      const auto to = s.one_of(entities());
      if (from == to) return;
      const lend order{*loa::name::parse(to), 1 + static_cast<int>(s.random().below(5))};
      s.ask<books>(from, order, [this, from, to, n = order.n](const auto& answer) {
        if (!answer) return;
        expected[from] -= n;
        expected[to] += n;
        lent += static_cast<unsigned>(n);
      });
    });
  }
  void check(loa::sim::stage& s) override {
    for (const auto& who : entities())
      if (const auto has = s.read<books>(who, books{}); has && has->n != 100 + expected[who])
        s.broken(who, "has " + std::to_string(has->n) + " books and should have " +
                          std::to_string(100 + expected[who]) + ".");
  }
  std::vector<loa::sim::figure> figures() const override { return {{"books lent", lent}}; }

  std::map<std::string, int> expected; // as the clients know it
  std::uint64_t lent = 0;
};

int main(int argc, char** argv) {
  return loa::sim::main<library_days>(argc, argv);
}
