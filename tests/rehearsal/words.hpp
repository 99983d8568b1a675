#pragma once

#include <loa/base/name.hpp>
#include <loa/wire/record.hpp>

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// \file
/// What the odd entities of a rehearsal tell each other and their clients, and keep. Everything
/// that is done, sent, founded or published has a number of its own, its mark, so that whoever was
/// answered can ask for it at the end.
namespace loa::odd {

using marks = std::vector<std::uint64_t>;

enum class color : std::uint8_t { red, green };

/// A value of every sort that may be described, to be filled with what nobody foresees.
struct oddment {
  std::string text;
  std::optional<name> who;
  std::optional<path> place;
  std::optional<color> paint;
  double measure = 0;
  instant when{};
  wire::octets raw;
  std::map<std::string, std::int64_t> table;
  std::vector<oddment> nest;
  bool operator==(const oddment&) const = default;
  static void describe(auto& self, auto& f) {
    f.optional("text", self.text);
    f.optional("who", self.who);
    f.optional("place", self.place);
    f.optional("paint", self.paint);
    f.optional("measure", self.measure);
    f.optional("when", self.when);
    f.optional("raw", self.raw);
    f.optional("table", self.table);
    f.optional("nest", self.nest);
  }
};

/// A client's order: do all of these (see tricks.hpp), with dice of this seed.
struct act {
  static constexpr wire::type_tag tag{"odd.act", 1};
  std::uint64_t mark = 0;
  std::uint64_t seed = 0;
  std::vector<std::uint32_t> tricks;
  bool throws = false;
  static void describe(auto& self, auto& f) {
    f("mark", self.mark);
    f("seed", self.seed);
    f.optional("tricks", self.tricks);
    f.optional("throws", self.throws);
  }
};

/// What one entity posts to another, which may do tricks of its own on that.
struct parcel {
  static constexpr wire::type_tag tag{"odd.parcel", 1};
  std::uint64_t mark = 0;
  std::uint64_t seed = 0;
  std::vector<std::uint32_t> tricks;
  bool refused = false; ///< The receiver refuses it.
  bool throws = false;  ///< The receiver crashes on it.
  static void describe(auto& self, auto& f) {
    f("mark", self.mark);
    f.optional("seed", self.seed);
    f.optional("tricks", self.tricks);
    f.optional("refused", self.refused);
    f.optional("throws", self.throws);
  }
};

/// A post of a type that no node knows.
struct riddle {
  static constexpr wire::type_tag tag{"odd.riddle", 1};
  std::uint64_t mark = 0;
  static void describe(auto& self, auto& f) { f("mark", self.mark); }
};

/// "What do you know?" The answer is a `book`.
struct look_up {
  static constexpr wire::type_tag tag{"odd.look_up", 1};
  static void describe(auto&, auto&) {}
};

struct sent_post {
  std::uint64_t mark = 0;
  std::string to;
  bool operator==(const sent_post&) const = default;
  static void describe(auto& self, auto& f) {
    f("mark", self.mark);
    f("to", self.to);
  }
};
struct birth {
  std::uint64_t mark = 0;
  std::string who;
  bool operator==(const birth&) const = default;
  static void describe(auto& self, auto& f) {
    f("mark", self.mark);
    f("who", self.who);
  }
};
struct alarm {
  std::string id;
  instant due{};
  bool operator==(const alarm&) const = default;
  static void describe(auto& self, auto& f) {
    f("id", self.id);
    f("due", self.due);
  }
};

/// The fact of a decision: what it did besides.
struct did {
  static constexpr wire::type_tag tag{"odd.did", 1};
  std::uint64_t mark = 0;
  std::vector<sent_post> sent;
  std::vector<birth> founded;
  std::vector<alarm> alarms;
  std::vector<std::string> published;
  static void describe(auto& self, auto& f) {
    f("mark", self.mark);
    f.optional("sent", self.sent);
    f.optional("founded", self.founded);
    f.optional("alarms", self.alarms);
    f.optional("published", self.published);
  }
};

// Facts of one thing each.
struct got { // a parcel
  static constexpr wire::type_tag tag{"odd.got", 1};
  std::uint64_t mark = 0;
  static void describe(auto& self, auto& f) { f("mark", self.mark); }
};
struct told { // that a parcel was refused
  static constexpr wire::type_tag tag{"odd.told", 1};
  std::uint64_t mark = 0;
  static void describe(auto& self, auto& f) { f("mark", self.mark); }
};
struct heard { // an entry
  static constexpr wire::type_tag tag{"odd.heard", 1};
  std::string id;
  static void describe(auto& self, auto& f) { f("id", self.id); }
};
struct rang { // a reminder
  static constexpr wire::type_tag tag{"odd.rang", 1};
  std::string id;
  static void describe(auto& self, auto& f) { f("id", self.id); }
};
struct born { // founded by somebody's decision
  static constexpr wire::type_tag tag{"odd.born", 1};
  std::uint64_t mark = 0;
  static void describe(auto& self, auto& f) { f("mark", self.mark); }
};
struct saw { // and forgot it
  static constexpr wire::type_tag tag{"odd.saw", 1};
  oddment what;
  static void describe(auto& self, auto& f) { f("what", self.what); }
};
struct kept { // in the state, and so in snapshots
  static constexpr wire::type_tag tag{"odd.kept", 1};
  oddment what;
  static void describe(auto& self, auto& f) { f("what", self.what); }
};
struct strayed { // to no place at all: the state then holds a path that says nothing
  static constexpr wire::type_tag tag{"odd.strayed", 1};
  static void describe(auto&, auto&) {}
};
struct minded { // what to do at each waking from now on
  static constexpr wire::type_tag tag{"odd.minded", 1};
  std::uint64_t seed = 0;
  std::vector<std::uint32_t> tricks;
  static void describe(auto& self, auto& f) {
    f("seed", self.seed);
    f("tricks", self.tricks);
  }
};

using fact = std::variant<did, got, told, heard, rang, born, saw, kept, strayed, minded>;

/// What an entity knows of itself, which it answers and keeps.
struct book {
  static constexpr wire::type_tag tag{"odd.book", 1};
  std::uint64_t born = 0; ///< The mark of who founded it.
  marks done;
  marks got;
  marks told;
  std::vector<sent_post> sent;
  std::vector<birth> founded;
  std::vector<alarm> alarms;
  std::vector<std::string> published;
  std::vector<std::string> heard;
  std::vector<std::string> rang;
  bool operator==(const book&) const = default;
  static void describe(auto& self, auto& f) {
    f.optional("born", self.born);
    f.optional("done", self.done);
    f.optional("got", self.got);
    f.optional("told", self.told);
    f.optional("sent", self.sent);
    f.optional("founded", self.founded);
    f.optional("alarms", self.alarms);
    f.optional("published", self.published);
    f.optional("heard", self.heard);
    f.optional("rang", self.rang);
  }
};

/// A positive answer.
struct done {
  static constexpr wire::type_tag tag{"odd.done", 1};
  std::uint64_t mark = 0;
  std::optional<oddment> what;
  std::vector<sent_post> first; ///< The answer has waited for these.
  static void describe(auto& self, auto& f) {
    f("mark", self.mark);
    f.optional("what", self.what);
    f.optional("first", self.first);
  }
};

/// The answer of those that have not said what they answer with.
struct mumble {
  static constexpr wire::type_tag tag{"odd.mumble", 1};
  std::uint64_t mark = 0;
  static void describe(auto& self, auto& f) { f("mark", self.mark); }
};

} // namespace loa::odd

template <>
inline constexpr auto loa::wire::enum_names<loa::odd::color> =
    std::to_array<std::pair<loa::odd::color, std::string_view>>(
        {{loa::odd::color::red, "red"}, {loa::odd::color::green, "green"}});
