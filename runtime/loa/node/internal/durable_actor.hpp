#pragma once

#include <loa/node/internal/commit_queue.hpp>
#include <loa/node/internal/durable_state.hpp>
#include <loa/node/internal/entity_actor.hpp>

#include <map>
#include <set>

namespace loa::node {

/// What could not be read out of the journal, as its caller hears of it.
[[nodiscard]] error damaged(error why);

/// The shell of an entity with a journal: decides, commits, and lets out only what is committed.
///
/// It is loading (letters wait), ready, or draining: after a commit was refused, letters wait until
/// everything under way is settled, then the state is read anew from the journal.
class durable_actor final : public entity_actor, public desk_host {
public:
  using entity_actor::entity_actor;

protected:
  void on_letter(letter& l) override;
  void on_entry(const feed_entry_ptr&) override {} // durable entities get entries through a link
  [[nodiscard]] std::string at_work() const override { return doing_; }
  void before_crash() override;

private:
  /// What crashed its entity so often is put aside.
  static constexpr unsigned most_crashes = 3;
  enum class phase { fresh, loading, ready, draining, broken };

  // desk_host
  [[nodiscard]] node_core& core() override { return core_; }
  [[nodiscard]] const std::shared_ptr<const loa::name>& self() const override { return self_; }
  [[nodiscard]] instant monotonic() const override;
  void wake_at(instant at, bool pressing) override;
  [[nodiscard]] caf::execution_unit* unit() override { return receiver::unit(); }
  void commit(draft& d, std::function<void(const result<void>&)> then,
              std::function<void()> at_once = {}) override;
  [[nodiscard]] std::uint64_t& next_fact() override { return next_fact_; }
  [[nodiscard]] std::uint64_t generation() const override { return generation_; }

  // Coming to life
  void begin_load();
  void load();
  [[nodiscard]] result<void> read_journal();
  [[nodiscard]] result<void> replay(bytes_view fact);
  /// Reads the state anew once its turn comes. Not at once if it did so a moment ago: whatever
  /// could not be stored then, as on a full disk, mostly cannot be now.
  void load_again();
  void open_desks();
  void ready();

  // Letters
  void dispatch(letter& l);
  void on_command(command_letter& l);
  void on_frame(const link_letter& l);
  void on_due(const due_letter& l);
  /// Commits what a reminder has led to, and answers it when what was posted for it has arrived.
  void commit_reminder(draft& d, const bytes& key, const std::vector<effect>& effects);
  void answer_reminder(const bytes& key, bool over);
  /// What was told and is not answered will have to be told again.
  void give_up_reminders();
  /// True if nothing is under way and nothing is awaited.
  [[nodiscard]] bool rests() const;
  void on_settled(const settled_letter& l);
  void on_tick(const tick_letter& l);
  void on_sleep(const sleep_letter& l);
  void on_founded();

  // Deciding
  [[nodiscard]] node::context make_context(const loa::name& from);
  [[nodiscard]] own_feed& feed();
  [[nodiscard]] std::optional<error> check(const erased_decision& decided);
  /// Nobody has this name yet.
  [[nodiscard]] std::optional<error> check_free(const loa::name& who) const;
  /// An answer that is to be kept can be read again.
  [[nodiscard]] std::optional<error> check_answer(const wire::value& reply) const;
  [[nodiscard]] effect_scope scope() const;
  /// Brings a decision into the draft; what waits for the commit goes to `after_`.
  void settle(erased_decision& decided, draft& d);
  void carry_out(effect& e, draft& d);
  void say_due_soon(instant due);
  void send_post(const post& p, bytes record, draft& d);
  /// What an emergency does when it cannot be stored; see own_feed::pass_unstored.
  void on_unstored(const unstored_letter& l);
  void plan_unstored(const publish& p, const std::string& id);
  void plan_unstored(const erased_decision& decided, const feed_entry& entry);
  void call_driver(const drive& c);
  void hand_over(const deliver& c);
  void take_entry(const feed_entry_ptr& entry, draft& d);
  [[nodiscard]] result<void> take_post(const loa::name& from, bytes_view record,
                                       const std::string& what, draft& d);
  [[nodiscard]] result<void> take_refusal(const outbox::returned& r, draft& d);
  [[nodiscard]] bool snapshot_due() const;
  void take_snapshot();

  // Answers under a key
  struct answering {
    std::string content;
    std::vector<reply_ptr> also; ///< Repetitions that came before the first was answered.
  };
  [[nodiscard]] bool answered_before(command_letter& l);
  [[nodiscard]] result<wire::value> answer_in(const stored_answer& a) const;
  void keep_answer(const ask_options& how, const wire::value& reply, draft& d);

  phase phase_ = phase::fresh;
  std::optional<instant> loaded_at_; ///< When the state was read last.
  error broken_;
  std::deque<letter> stash_;
  std::string doing_;

  std::uint64_t next_fact_ = 1;
  std::uint64_t snapshot_at_ = 0;   ///< The last fact that the snapshot covers.
  std::size_t snapshot_octets_ = 0; ///< What the last snapshot took.
  std::size_t octets_since_ = 0;    ///< What the facts after it take.
  std::uint64_t generation_ = 0;
  commit_queue queue_;
  std::vector<std::function<void()>> after_; ///< Of the decision being made.
  /// Of the decision being made: what is done as soon as the writer has taken it.
  std::vector<std::function<void()>> submitted_;
  /// Of the decision being made: the posts that its reply waits for, by receiver and number.
  std::vector<std::pair<loa::name, std::uint64_t>> before_reply_;
  bytes key_of_command_; ///< Of the decision being made: the digest of the command's key, if any.
  /// Of the decision being made, if it is on an emergency: what is done even if it cannot be
  /// stored, and for which entry.
  std::vector<std::function<void()>> unstored_;
  std::string unstored_id_;
  std::vector<loa::name> founded_;              ///< By the decision being made.
  std::set<std::string, std::less<>> founding_; ///< By decisions that are not committed yet.

  std::optional<followings> followings_;
  std::optional<post_desk> post_;
  reminder_map reminders_;
  std::vector<bytes> told_; ///< Keys of reminders that were told and are not answered.
  /// Woke for a reminder alone: hundreds of thousands may do so within minutes, so it does not stay
  /// awake for the time that others do.
  bool only_reminded_ = false;
  bool spoken_to_ = false;
  std::unique_ptr<own_feed> feed_;
  std::map<std::string, answering> answering_;

  std::optional<instant> timer_at_;
  std::uint64_t timer_ = 0;
  bool pressing_ = false; ///< Something waits for the timer that must not be slept over.
};

} // namespace loa::node
