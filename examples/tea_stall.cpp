// An entity of one's own: registered, told, killed, restarted, with its state still there.
#include <loa/node/runtime.hpp>
#include <loa/store/memory_journal.hpp>

struct sell { // a command, and the fact that it leaves
  static constexpr loa::wire::type_tag tag{"stall.sell", 1};
  int cups = 0;
  static void describe(auto& self, auto& f) { f("cups", self.cups); }
};
struct stall {
  static constexpr std::string_view kind = "stall";
  using command = std::variant<sell>;
  using fact = std::variant<sell>;
  int sold = 0;
  loa::node::decision<fact> decide(const command& c, const loa::node::context&) const {
    return {std::get<sell>(c), sell{sold + std::get<sell>(c).cups}};
  }
  void apply(const fact& f) { sold += std::get<sell>(f).cups; }
};
int main() {
  loa::store::memory_journal book;
  loa::store::threaded_writer writer(book);
  auto node = loa::node::runtime::start({}, {book, writer}, {loa::node::kind_of<stall>()}).value();
  if (!node->ask_and_wait<sell>("stall/corner", sell{7})) return 1;
  node->kill(*loa::name::parse("stall/corner")); // it is started again and reads its journal
  auto left = node->ask_and_wait<sell>("stall/corner", sell{0});
  while (!left) left = node->ask_and_wait<sell>("stall/corner", sell{0});
  std::printf("%d cups are still in the book\n", left->cups);
  return left->cups == 7 ? 0 : 1;
}
