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
    loa::node::decision<fact> d;
    d.facts = {std::get<sell>(c)};
    d.reply = loa::wire::value::of(sell{sold + std::get<sell>(c).cups});
    return d;
  }
  void apply(const fact& f) { sold += std::get<sell>(f).cups; }
};
int main() {
  loa::store::memory_journal book;
  loa::store::threaded_writer writer(book);
  auto node = loa::node::runtime::start({}, {book, writer}, {loa::node::kind_of<stall>()}).value();
  const auto corner = loa::name::parse("stall/corner").value();
  if (!node->ask_and_wait(corner, loa::wire::value::of(sell{7}))) return 1;
  node->kill(corner); // its supervisor starts it again, and it reads its journal
  auto left = node->ask_and_wait(corner, loa::wire::value::of(sell{0}));
  while (!left) left = node->ask_and_wait(corner, loa::wire::value::of(sell{0}));
  if (left->get<sell>()->cups != 7) return 1;
  std::puts("7 cups are still in the book");
}
