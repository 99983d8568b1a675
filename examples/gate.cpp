#include <loa/node/runtime.hpp>
#include <loa/store/lmdb_journal.hpp>

#include <iostream>

struct visit { // the command, and the fact that it leaves
  static constexpr loa::wire::type_tag tag{"gate.visit", 1};
  std::uint64_t number = 0;
  static void describe(auto& self, auto& f) { f.optional("number", self.number); }
};

struct gate {
  static constexpr std::string_view kind = "gate";
  using command = std::variant<visit>;
  using fact = std::variant<visit>;
  std::uint64_t visits = 0;

  loa::node::decision<fact> decide(const command&, const loa::node::context&) const {
    const visit next{visits + 1};
    loa::node::decision<fact> d;
    d.facts = {next};                     // what is kept
    d.reply = loa::wire::value::of(next); // what is answered, once that is stored
    return d;
  }
  void apply(const fact& f) { visits = std::get<visit>(f).number; }
};

int main() {
  auto book = loa::store::open_lmdb({.directory = "gate.data"}).value();
  loa::store::threaded_writer writer(*book);
  auto node = loa::node::runtime::start({}, {*book, writer}, {loa::node::kind_of<gate>()}).value();
  const auto north = loa::name::parse("gate/north").value();
  const auto answer = node->ask_and_wait(north, loa::wire::value::of(visit{})).value();
  std::cout << "visit " << answer.get<visit>()->number << " is stored and synced\n";
}
