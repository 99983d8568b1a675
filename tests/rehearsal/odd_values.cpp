#include "odd_values.hpp"

#include <limits>

namespace loa::odd {

namespace {

oddment plain(sort s, seeded_random& dice) {
  oddment o;
  constexpr std::size_t limit = 1U << 20;
  switch (s) {
  case sort::empty_name:
    o.who.emplace();
    break;
  case sort::empty_path:
    o.place.emplace();
    break;
  case sort::nameless_color:
    o.paint = static_cast<color>(2 + dice.below(250));
    break;
  case sort::no_number:
    o.measure = std::numeric_limits<double>::quiet_NaN();
    break;
  case sort::infinite:
    o.measure = dice.chance(0.5) ? std::numeric_limits<double>::infinity()
                                 : -std::numeric_limits<double>::infinity();
    break;
  case sort::long_text: // just about what a fact may have
    o.text = std::string(limit - dice.below(160), 'x');
    break;
  case sort::too_long_text:
    o.text = std::string(limit + dice.below(limit), 'x');
    break;
  case sort::broken_text:
    o.text = std::string("\xff\xfe\0\xc3\x28 \xed\xa0\x80", 9);
    o.raw.data = o.text;
    break;
  case sort::deep: // some of it within what a reader of the journal takes, some beyond
    for (auto levels = 8 + dice.below(40); levels > 0; --levels) {
      oddment outer;
      outer.nest.push_back(std::move(o));
      o = std::move(outer);
    }
    break;
  case sort::odd_table:
    o.table = {{"", std::numeric_limits<std::int64_t>::min()},
               {std::string("\0", 1), std::numeric_limits<std::int64_t>::max()},
               {"\xff", 0}};
    break;
  case sort::extreme_time:
    o.when = dice.chance(0.5) ? instant::min() : instant::max();
    break;
  }
  return o;
}

} // namespace

oddment odd_value(sort s, seeded_random& dice) {
  auto o = plain(s, dice);
  if (!dice.chance(0.3)) return o;
  oddment outer;
  outer.nest.resize(1 + dice.below(3));
  outer.nest.push_back(std::move(o));
  return outer;
}

} // namespace loa::odd
