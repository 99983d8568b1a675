#pragma once

#include <loa/base/small_list.hpp>
#include <loa/node/internal/entity_actor.hpp>

namespace loa::node {

/// The shell of an entity without a journal, such as a citizen's session. What lasts of it is its
/// slot in the feeds that it follows.
class volatile_actor final : public entity_actor {
public:
  using entity_actor::entity_actor;

protected:
  void on_letter(letter& l) override;
  void on_entry(const feed_entry_ptr& entry) override;
  [[nodiscard]] std::string at_work() const override { return doing_; }

private:
  /// A followed feed. Without a gate while the answer to the follow is awaited; then the name is
  /// the gate's, which all followers share.
  struct following {
    std::shared_ptr<const loa::name> feed;
    feed_gate_ptr gate;
    std::uint32_t slot = 0;
    std::uint8_t channel = 0;
    /// Where to begin, if somebody named a place; until the follow is answered.
    std::unique_ptr<const link::cursor> from;
  };

  void on_command(command_letter& l);
  void on_sleep(const sleep_letter& l);
  void on_followed(const followed_letter& l);
  void on_turned_away(const turned_away_letter& l);
  [[nodiscard]] std::optional<error> check(const std::vector<effect>& effects) const;
  void carry_out(std::vector<effect>& effects);
  void start_following(const follow& f);
  void follow_anew(const following& f);
  void stop_following(const unfollow& f);
  void acknowledged(const feed_entry_ptr& e);
  void mark(following& f, link::lane on, std::uint64_t position);
  [[nodiscard]] node::context make_context(const loa::name& from) const;

  [[nodiscard]] following* find(const loa::name& feed);

  small_list<following> followed_;
  /// What the session that this thread runs is doing. No member: a million of them pass through the
  /// caches at each alert, and a word more is seen in the time it takes.
  static constinit inline thread_local const char* doing_ = "";
};

} // namespace loa::node
