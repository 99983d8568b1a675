// An entity of one's own: registered, told, killed, restarted, with its state still there.
#include <loa/node/runtime.hpp>
#include <loa/store/memory_journal.hpp>

#include <iostream>

struct sell { // a command, and the fact that it leaves
  static constexpr loa::wire::type_tag tag{"stall.sell", 1};
  int cups = 0;
  static void describe(auto& self, auto& f) { f("cups", self.cups); }
};

struct tea_stall {
  static constexpr std::string_view kind = "stall";
  using command = std::variant<sell>;
  using fact = std::variant<sell>;
  int sold = 0;

  loa::node::decision<fact> decide(const command& c, const loa::node::context&) const {
    const auto& now = std::get<sell>(c);
    if (now.cups < 0) return loa::error{loa::errc::rule, "Nobody brings tea back.", {}};
    loa::node::decision<fact> d;
    if (now.cups > 0) d.facts = {now};
    d.reply = loa::wire::value::of(sell{sold + now.cups});
    return d;
  }
  void apply(const fact& f) { sold += std::get<sell>(f).cups; }
};

int main() {
  loa::store::memory_journal journal;
  loa::store::threaded_writer writer(journal);
  auto node =
      loa::node::runtime::start({}, {journal, writer}, {loa::node::kind_of<tea_stall>()}).value();
  const auto corner = loa::name::parse("stall/corner").value();
  const auto sell_some = [&](int cups) {
    return node->ask_and_wait(corner, loa::wire::value::of(sell{cups}));
  };
  (void)sell_some(3);
  std::cout << sell_some(4).value().get<sell>()->cups << " cups, and now a crash\n";
  node->kill(corner);
  auto left = sell_some(0);       // its supervisor starts it again, and it reads its journal
  if (!left) left = sell_some(0); // the first question was caught in the crash
  std::cout << left.value().get<sell>()->cups << " cups still in the book\n";
  return left.value().get<sell>()->cups == 7 ? 0 : 1;
}
