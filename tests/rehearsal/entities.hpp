#pragma once

#include "tricks.hpp"

namespace loa::odd {

/// Does whatever it is told, and remembers it. What it decides follows from the command, its name
/// and the time alone.
struct oddity {
  static constexpr std::string_view kind = "odd";
  using command = std::variant<act, parcel, look_up>;
  using fact = odd::fact;
  using reply = std::variant<done, book>;

  decision decide(const command& c, const node::context& around) const;
  decision on_entry(const node::feed_entry_ptr& e, const node::context& around) const;
  decision on_reminder(const std::string& id, const node::context& around) const;
  decision on_refused(const node::post& what, const error& why, const node::context&) const;
  std::vector<node::effect> on_wake(const node::context& around) const;
  void apply(const fact& f);

  struct spot {
    path where;
    bool operator==(const spot&) const = default;
    static void describe(auto& self, auto& f) { f("where", self.where); }
  };
  struct shelf { // one level deeper than the fact that it is of
    std::vector<oddment> things;
    bool operator==(const shelf&) const = default;
    static void describe(auto& self, auto& f) { f("things", self.things); }
  };

  book known;
  std::vector<shelf> keeps;
  std::optional<spot> strayed_to;
  std::uint64_t mind_seed = 0;
  std::vector<std::uint32_t> mind;

  static void describe(auto& self, auto& f) {
    f("known", self.known);
    f.optional("keeps", self.keeps);
    f.optional("strayed_to", self.strayed_to);
    f.optional("mind_seed", self.mind_seed);
    f.optional("mind", self.mind);
  }
};

/// The same without a description, so without snapshots, and without saying what it answers with.
struct mute {
  static constexpr std::string_view kind = "mute";
  using command = oddity::command;
  using fact = odd::fact;

  decision decide(const command& c, const node::context& around) const;
  decision on_reminder(const std::string& id, const node::context& around) const {
    return inside.on_reminder(id, around);
  }
  decision on_refused(const node::post& what, const error& why, const node::context& c) const {
    return inside.on_refused(what, why, c);
  }
  void apply(const fact& f) { inside.apply(f); }
  oddity inside;
};

/// The same without a journal.
struct fleeting {
  static constexpr std::string_view kind = "fleeting";
  static constexpr bool durable = false;
  using command = oddity::command;
  using fact = odd::fact;
  using reply = oddity::reply;

  decision decide(const command& c, const node::context& around) const {
    return inside.decide(c, around);
  }
  void apply(const fact& f) { inside.apply(f); }
  oddity inside;
};

} // namespace loa::odd
