#pragma once

#include "words.hpp"

#include <loa/node/entity.hpp>

#include <string_view>
#include <vector>

/// \file
/// What an odd entity may be told to do: sensible things, and those that no sensible entity does.
namespace loa::odd {

using decision = node::decision<fact>;

/// What must become of a decision with a trick in it.
enum class fate : std::uint8_t {
  accepted, ///< There is nothing wrong with it.
  either,   ///< Accepted and kept, or refused.
  refused,  ///< It can never come true, so whoever asked must hear that.
};

/// A decision in the making.
class hand {
public:
  hand(const name& who, instant at, std::uint64_t mark, std::uint64_t seed)
      : self(who),
        now(at),
        dice(seed) {
    log.mark = mark;
  }

  const name& self;
  instant now;
  seeded_random dice;
  decision d;
  did log;
  std::optional<oddment> answer;
  std::vector<sent_post> first;
  bool mumbles = false; ///< Answers with what its kind has not said it answers with.

  /// A mark of the next thing that this decision makes.
  std::uint64_t next_mark() { return log.mark * 1'000 + ++made_; }
  void effect(node::effect e) { d.effects.push_back(std::move(e)); }
  /// Posts a parcel with a mark of its own, and notes it.
  void send(const name& to, parcel what = {}, bool before_reply = false);
  void found(const name& who);
  /// Another entity: of this home, or of any.
  name neighbour();
  name anybody();
  name child(std::string_view letter, std::uint64_t number) const;

private:
  std::uint64_t made_ = 0;
};

struct trick {
  std::string_view what; ///< "posts to nobody".
  fate end;
  bool on_waking; ///< Leaves nothing to claim, so it may be done at each waking, too.
  void (*play)(hand&);
  /// A volatile entity may do it.
  bool volatile_too = false;
};

/// All of them; their places stay the same within a program.
[[nodiscard]] const std::vector<trick>& tricks();
/// Places of those that are sensible, and of the others but for the few that bring up what is not
/// explained yet.
[[nodiscard]] const std::vector<std::uint32_t>& sensible();
[[nodiscard]] const std::vector<std::uint32_t>& wild();

/// Plays them all into the hand; unknown places are left out.
void play(hand& h, const std::vector<std::uint32_t>& which);

/// A home's entities, which clients know from the beginning.
[[nodiscard]] const std::vector<std::string>& cast();
/// Follows every feed and does nothing but listen.
inline constexpr std::string_view listener = "odd/w";
inline constexpr std::string_view known_driver = "drum";

} // namespace loa::odd
