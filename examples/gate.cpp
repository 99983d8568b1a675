// A whole program: it counts visits, and what it has told you of is never lost.
#include <loa/node/runtime.hpp>

#include <iostream>

struct visit { // the command, and the fact that it leaves
  static constexpr loa::wire::type_tag tag{"gate.visit", 1};
  int number = 0;
  static void describe(auto& self, auto& f) { f.optional("number", self.number); }
};
struct gate {
  static constexpr std::string_view kind = "gate";
  using command = std::variant<visit>;
  using fact = std::variant<visit>;
  int visits = 0;
  loa::node::decision<fact> decide(const command&, const loa::node::context&) const {
    return {visit{visits + 1}, visit{visits + 1}}; // what is kept, and then answered
  }
  void apply(const fact& f) { visits = std::get<visit>(f).number; }
};
int main() {
  auto node = loa::node::runtime::open("gate.data", {loa::node::kind_of<gate>()}).value();
  const auto answer = node->ask_and_wait<visit>("gate/north", visit{}).value();
  std::cout << "visit " << answer.number << " is stored and synced\n";
}
