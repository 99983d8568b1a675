#include "odd_values.hpp"
#include "tricks.hpp"

namespace loa::odd {

using namespace std::chrono_literals;

namespace {

const name nobody;

// -- sensible -------------------------------------------------------------------------------------

node::publish entry_of(hand& h, const std::string& id) {
  node::publish p;
  if (h.dice.chance(0.2)) p.on = link::lane::emergency;
  p.expires = h.now + 24h;
  p.id = id;
  p.body = std::make_shared<const bytes>(std::string(h.dice.below(2'000), 'e'));
  return p;
}

void publish_well(hand& h) {
  const auto id = "g" + std::to_string(h.next_mark());
  h.log.published.push_back(id);
  h.effect(entry_of(h, id));
}

/// Those who follow do tricks on it.
void publish_wildly(hand& h) {
  h.effect(entry_of(h, "w" + std::to_string(h.next_mark())));
}

void remind_well(hand& h) {
  alarm a{"g" + std::to_string(h.next_mark()), h.now + duration(h.dice.below(600'000))};
  h.log.alarms.push_back(a);
  h.effect(node::remind{a.id, a.due});
}

void found_well(hand& h) {
  h.found(h.child("c", h.next_mark()));
}

void found_and_post(hand& h) {
  const auto child = h.child("c", h.next_mark());
  h.found(child);
  h.send(child);
}

void post_and_found(hand& h) {
  const auto child = h.child("c", h.next_mark());
  for (auto n = 1 + h.dice.below(3); n > 0; --n) h.send(child);
  h.found(child);
}

void found_and_wait(hand& h) {
  const auto child = h.child("c", h.next_mark());
  h.send(child, {}, true);
  h.found(child);
}

/// Clients have spoken to it before: it is awake, and knows nothing.
void found_awake(hand& h) {
  const auto child = h.child("c", h.log.mark);
  if (h.dice.chance(0.5)) h.send(child);
  h.found(child);
}

void follow_somebody(hand& h) {
  h.effect(node::follow{h.anybody(), static_cast<std::uint8_t>(h.dice.below(3)), {}, false});
}

// -- values ---------------------------------------------------------------------------------------

template <sort S>
void see(hand& h) {
  h.d.facts.push_back(saw{odd_value(S, h.dice)});
}
template <sort S>
void keep(hand& h) {
  h.d.facts.push_back(kept{odd_value(S, h.dice)});
}
template <sort S>
void answer(hand& h) {
  h.answer = odd_value(S, h.dice);
}

// -- effects --------------------------------------------------------------------------------------

void post_to(hand& h, const name& who) {
  h.send(who, {}, h.dice.chance(0.3));
}

parcel wild_parcel(hand& h) {
  parcel p;
  p.seed = h.dice.next();
  p.tricks = {wild()[h.dice.below(wild().size())]};
  return p;
}

void raw_post(hand& h, wire::value what) {
  const auto to = h.anybody();
  h.log.sent.push_back({h.next_mark(), to.str()});
  h.effect(node::post{to, std::move(what), h.dice.chance(0.3)});
}

void riddle_post(hand& h) {
  const auto to = h.anybody();
  const auto mark = h.next_mark();
  h.log.sent.push_back({mark, to.str()});
  h.effect(node::post{to, wire::value::of(riddle{mark}), h.dice.chance(0.3)});
}

void remind_at(hand& h, instant due) {
  h.effect(node::remind{"x" + std::to_string(h.next_mark()), due});
}

void publish_so(hand& h, void (*spoil)(node::publish&, hand&)) {
  auto p = entry_of(h, "x" + std::to_string(h.next_mark()));
  spoil(p, h);
  h.effect(std::move(p));
}

/// Sorts of values as three tricks each: in a fact, in the state, in the answer.
#define LOA_VALUE(S, IN_WORDS)                                                                     \
  {"writes " IN_WORDS " into a fact", fate::either, false, see<sort::S>},                          \
      {"keeps " IN_WORDS, fate::either, false, keep<sort::S>}, {                                   \
    "answers " IN_WORDS, fate::either, false, answer<sort::S>, true                                \
  }

} // namespace

const std::vector<trick>& tricks() {
  using enum fate;
  static const std::vector<trick> all = {
      {"posts", accepted, false, [](hand& h) { h.send(h.anybody()); }},
      {"posts home before it answers", accepted, false,
       [](hand& h) { h.send(h.neighbour(), {}, true); }},
      {"posts to itself", accepted, false, [](hand& h) { h.send(h.self); }},
      {"publishes", accepted, false, publish_well},
      {"publishes what others do tricks on", either, false, publish_wildly},
      {"sets a reminder", accepted, false, remind_well},
      {"founds", accepted, false, found_well},
      {"founds and posts", accepted, false, found_and_post},
      {"posts and founds", accepted, false, post_and_found},
      {"posts, founds and waits", accepted, false, found_and_wait},
      {"founds who is awake", either, false, found_awake},
      {"follows", accepted, false, follow_somebody, true},
      {"follows no more", accepted, false,
       [](hand& h) {
         h.effect(node::unfollow{h.anybody(), h.dice.chance(0.5)});
       },
       true},
      {"enrols", accepted, false,
       [](hand& h) {
         h.effect(node::enrol{h.neighbour(), 1});
       }},
      {"dismisses", accepted, false, [](hand& h) { h.effect(node::dismiss{h.neighbour()}); }},
      {"calls a driver", accepted, true,
       [](hand& h) {
         h.effect(
             node::drive{std::string(known_driver), h.dice.next(), wire::value::of(look_up{})});
       },
       true},
      {"forgets a reminder that never was", accepted, true,
       [](hand& h) { h.effect(node::forget{"never"}); }},

      LOA_VALUE(empty_name, "an empty name"),
      LOA_VALUE(empty_path, "an empty path"),
      LOA_VALUE(nameless_color, "a nameless value of an enum"),
      LOA_VALUE(no_number, "not-a-number"),
      LOA_VALUE(infinite, "infinity"),
      LOA_VALUE(long_text, "a text of the largest size"),
      LOA_VALUE(too_long_text, "a text too long"),
      LOA_VALUE(broken_text, "broken UTF-8"),
      LOA_VALUE(deep, "a deep nest"),
      LOA_VALUE(odd_table, "a table with odd keys"),
      LOA_VALUE(extreme_time, "an extreme time"),
      {"strays", either, false, [](hand& h) { h.d.facts.push_back(strayed{}); }},
      {"writes 2000 facts", either, false,
       [](hand& h) { h.d.facts.insert(h.d.facts.end(), 2'000, saw{}); }},

      {"mumbles", refused, false, [](hand& h) { h.mumbles = true; }},

      {"posts what its receiver refuses", either, false,
       [](hand& h) {
         parcel p;
         p.refused = true;
         h.send(h.anybody(), p);
       }},
      {"waits for what its receiver refuses", either, false,
       [](hand& h) {
         parcel p;
         p.refused = true;
         h.send(h.neighbour(), p, true);
       }},
      {"posts what crashes its receiver", either, false,
       [](hand& h) {
         parcel p;
         p.throws = true;
         h.send(h.anybody(), p);
       }},
      {"posts what its receiver does tricks on", either, false,
       [](hand& h) { h.send(h.anybody(), wild_parcel(h)); }},
      {"waits for what its receiver does tricks on", either, false,
       [](hand& h) { h.send(h.neighbour(), wild_parcel(h), true); }},
      {"posts to nobody", refused, false, [](hand& h) { post_to(h, nobody); }},
      {"posts to an unknown kind", either, false,
       [](hand& h) { post_to(h, name::of("unheard_of", h.self.home())); }},
      {"posts to a volatile kind", either, false,
       [](hand& h) { post_to(h, name::of("fleeting", h.self.home())); }},
      {"posts an empty message", refused, false, [](hand& h) { raw_post(h, {}); }},
      {"posts a type that nobody knows", either, false, riddle_post},
      {"posts a hundred times", either, false,
       [](hand& h) {
         const auto to = h.anybody();
         for (int i = 0; i < 100; ++i) h.send(to);
       }},

      {"publishes without a body", refused, true,
       [](hand& h) { publish_so(h, [](node::publish& p, hand&) { p.body.reset(); }); }},
      {"publishes a body too large", refused, true,
       [](hand& h) {
         publish_so(h, [](node::publish& p, hand& of) {
           p.body = std::make_shared<const bytes>(
               std::string(link::most_body_octets + 1 + of.dice.below(1'000), 'b'));
         });
       }},
      {"publishes without an end", refused, true,
       [](hand& h) { publish_so(h, [](node::publish& p, hand&) { p.expires = {}; }); }},
      {"publishes with an end far off", either, true,
       [](hand& h) {
         publish_so(h, [](node::publish& p, hand& of) {
           p.expires = of.dice.chance(0.5) ? instant::max() : instant::min();
         });
       }},
      {"publishes for an empty path", either, true,
       [](hand& h) { publish_so(h, [](node::publish& p, hand&) { p.audience = {path{}}; }); }},
      {"publishes for thousands", either, true,
       [](hand& h) {
         publish_so(h, [](node::publish& p, hand& of) {
           p.audience.assign(1 + of.dice.below(9'000), of.self.home());
         });
       }},
      {"publishes for no channel", either, true,
       [](hand& h) { publish_so(h, [](node::publish& p, hand&) { p.channels = 0; }); }},
      {"publishes without an id", either, true,
       [](hand& h) { publish_so(h, [](node::publish& p, hand&) { p.id.clear(); }); }},
      {"publishes under a long id", either, true,
       [](hand& h) {
         publish_so(
             h, [](node::publish& p, hand& of) { p.id.assign(1 + of.dice.below(3U << 19), 'i'); });
       }},
      {"publishes on no lane", either, true,
       [](hand& h) {
         publish_so(h, [](node::publish& p, hand&) { p.on = static_cast<link::lane>(7); });
       }},

      {"follows nobody", refused, true,
       [](hand& h) {
         h.effect(node::follow{nobody, 0, {}, false});
       },
       true},
      {"follows an unknown kind", refused, true,
       [](hand& h) {
         h.effect(node::follow{name::of("unheard_of", h.self.home()), 0, {}, false});
       },
       true},
      {"follows a volatile kind", refused, true,
       [](hand& h) {
         h.effect(node::follow{name::of("fleeting", h.self.home()), 0, {}, false});
       },
       true},
      {"follows on channel 200", refused, true,
       [](hand& h) {
         h.effect(node::follow{h.anybody(), 200, {}, false});
       },
       true},
      {"follows itself", either, true,
       [](hand& h) {
         h.effect(node::follow{h.self, 0, {}, false});
       },
       true},
      {"follows from beyond the end", either, true,
       [](hand& h) {
         link::cursor beyond;
         beyond.epoch = h.dice.chance(0.5) ? 1 : ~0ULL;
         beyond.at(link::lane::ordinary) = ~0ULL;
         h.effect(node::follow{h.anybody(), 0, beyond, false});
       },
       true},
      {"stops following nobody", either, true,
       [](hand& h) {
         h.effect(node::unfollow{nobody, true});
       },
       true},
      {"acknowledges what never came", either, true,
       [](hand& h) {
         h.effect(node::acknowledge{h.anybody(), link::lane::ordinary, ~0ULL});
       },
       true},
      {"enrols nobody", refused, true,
       [](hand& h) {
         h.effect(node::enrol{nobody, 0});
       }},
      {"enrols on channel 200", refused, true,
       [](hand& h) {
         h.effect(node::enrol{h.neighbour(), 200});
       }},
      {"dismisses nobody", either, true, [](hand& h) { h.effect(node::dismiss{nobody}); }},

      {"sets a reminder without an id", refused, true,
       [](hand& h) {
         h.effect(node::remind{"", h.now});
       }},
      {"sets a reminder under a long id", refused, true,
       [](hand& h) {
         h.effect(node::remind{std::string(65 + h.dice.below(9'000), 'r'), h.now});
       }},
      {"sets a reminder at the end of time", either, true,
       [](hand& h) { remind_at(h, instant::max()); }},
      {"sets a reminder before all time", either, true,
       [](hand& h) { remind_at(h, instant::min()); }},
      {"sets a thousand reminders", either, false,
       [](hand& h) {
         for (int i = 0; i < 1'000; ++i)
           h.effect(node::remind{"x" + std::to_string(i), h.now + 60s});
       }},
      {"sets a reminder to do tricks", either, false,
       [](hand& h) {
         h.effect(node::remind{"w" + std::to_string(h.next_mark()), h.now + 10s});
       }},

      {"founds nobody", refused, true,
       [](hand& h) {
         h.effect(node::found{nobody, wire::encode_record(born{1})});
       }},
      {"founds itself", refused, true,
       [](hand& h) {
         h.effect(node::found{h.self, wire::encode_record(born{1})});
       }},
      {"founds who is there", either, false, [](hand& h) { h.found(h.neighbour()); }},
      {"founds one of a few names", either, false,
       [](hand& h) {
         const auto who = h.child("p", h.dice.below(40));
         if (h.dice.chance(0.5)) h.send(who);
         h.found(who);
       }},
      {"founds one name twice", refused, false,
       [](hand& h) {
         const auto who = h.child("c", h.next_mark());
         h.found(who);
         h.found(who);
       }},
      {"founds in another home", refused, false,
       [](hand& h) { h.found(name::of("odd", *path::parse("elsewhere"))); }},
      {"founds an unknown kind", refused, false,
       [](hand& h) { h.found(name::of("unheard_of", h.self.home(), "u")); }},
      {"founds a volatile kind", refused, false,
       [](hand& h) { h.found(name::of("fleeting", h.self.home(), "f")); }},
      {"founds with rubbish", refused, false,
       [](hand& h) {
         h.effect(node::found{h.child("r", h.next_mark()),
                              h.dice.chance(0.5) ? bytes{} : bytes("rubbish")});
       }},
      {"founds with another type", refused, false,
       [](hand& h) {
         h.effect(node::found{h.child("r", h.next_mark()), wire::encode_record(riddle{1})});
       }},
      {"posts to one of a few names", either, false,
       [](hand& h) { h.send(h.child("p", h.dice.below(40))); }},

      {"calls an unknown driver", refused, true,
       [](hand& h) {
         h.effect(node::drive{"unheard_of", 0, wire::value::of(look_up{})});
       },
       true},
      {"calls a driver with nothing", either, true,
       [](hand& h) {
         h.effect(node::drive{std::string(known_driver), 0, {}});
       },
       true},
      {"hands over nothing", either, true,
       [](hand& h) {
         h.effect(node::deliver{0, nullptr});
       },
       true},
      {"minds to do a trick at each waking", either, false,
       [](hand& h) {
         std::vector<std::uint32_t> able;
         for (std::uint32_t i = 0; i < tricks().size(); ++i)
           if (tricks()[i].on_waking) able.push_back(i);
         h.d.facts.push_back(minded{h.dice.next(), {able[h.dice.below(able.size())]}});
       }},
  };
  return all;
}

} // namespace loa::odd
