#pragma once

#include <loa/net/document_exchange.hpp>
#include <loa/net/peer_session.hpp>
#include <loa/node/internal/letter_carrier.hpp>
#include <loa/node/internal/peer.hpp>
#include <loa/node/internal/peer_lives.hpp>
#include <loa/node/internal/pending_commands.hpp>
#include <loa/node/internal/routes.hpp>
#include <loa/node/internal/unit_taker.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>

namespace loa::node {

struct node_core;

/// A node's post office: what entities here send to names that live elsewhere goes through it, and
/// what others send to names here comes through it. One session with each node that it has
/// something to say to; whoever has something to say calls.
///
/// It promises nothing: what cannot go is dropped, and comes again since feeds and posts keep it
/// until it is acknowledged; a command that cannot go is answered with errc::unavailable. When a
/// way is there again everybody who used it is told, so that nobody waits for his pause to end.
///
/// Everything happens on the transport's thread; `send` and what is marked so may be called from
/// any. Bounded: what waits for the thread, what waits for a peer to be reached, commands under
/// way, and who is told.
class post_office final : public net::transport_events, private move_desk {
public:
  post_office(node_core& core, cluster_parts parts, adoptions adopted);
  ~post_office() override;

  /// Listens and calls. Once.
  [[nodiscard]] result<void> start();
  /// Says farewell to every peer. Commands under way are answered.
  void stop();

  /// Any thread.
  [[nodiscard]] routes& where() noexcept { return routes_; }
  [[nodiscard]] bool is_here(const name& who) const;
  /// True if the name lives elsewhere and the letter is for there: then it has been taken, or
  /// refused with an answer. Any thread.
  [[nodiscard]] bool takes(const name& to, letter& l);
  // Between feeds and their relays; any thread.
  void send_to_feed(const name& feed, link::message m);
  void say_to_feed(const name& feed, relay_message m);
  void send_to_relay(const std::string& node, const name& feed, link::message m);
  void say_to_relay(const std::string& node, const name& feed, relay_message m);
  void pass_to_relay(const std::string& node, const name& feed, feed_entry_ptr unstored);
  /// The nodes that had a relay of a feed here, as far as is known.
  [[nodiscard]] std::vector<std::string> relays_of(const name& feed) const;

  /// Gives units to another node as a signed placement says; see runtime::move. Any thread.
  using outcome_handler = std::function<void(const result<void>&)>;
  void move(const path& prefix, bytes placement, outcome_handler begun, outcome_handler ended);
  [[nodiscard]] std::optional<move_status> moving() const;

  /// True if there is a service of this kind. Any thread.
  [[nodiscard]] bool serves(std::string_view kind) const { return services_.contains(kind); }

  /// Any thread.
  [[nodiscard]] std::vector<peer_status> peers() const;

private:
  /// Of a letter's way to the office's thread.
  static inline limit max_queued{"node.office_queue", 131'072, 64};

  struct conversation {
    conversation(net::line_id l, bool called, net::peer_session s)
        : line(l),
          ours(called),
          session(std::move(s)) {}
    net::line_id line;
    bool ours; ///< We called.
    net::peer_session session;
    peer* with = nullptr; ///< Once it is known.
    shelves<body_writer> sent;
    shelves<body_reader> got;
    std::vector<net::document_number> told; ///< In the handshake.
    std::optional<net::document_exchange> documents;
    std::optional<instant> timer;
    bool told_life = false;
    bool touched = false; ///< Something waits to be flushed.
  };
  using conversation_map = std::map<net::line_id, std::unique_ptr<conversation>>;

  // transport_events
  void on_accepted(net::line_id line) override;
  void on_connected(net::line_id line) override;
  void on_received(net::line_id line, bytes chunk) override;
  void on_closed(net::line_id line, const std::string& why) override;
  void on_time() override;

  void later(std::function<void()> task);
  void work_off();
  void finish_step();

  // Going out
  /// `under` is the epoch of whom the letter speaks for, and the first if for nobody.
  void deliver(const std::string& node, const name& to, letter l, std::uint64_t under);
  void send_letter(peer& p, const name& to, letter& l, std::uint64_t under);
  /// Runs `send` with the way to a node, if it is there, and the epochs of what is for the feed or
  /// of what the feed says.
  using sender = std::function<void(peer&, shelves<body_writer>&, const carried_epochs&)>;
  void with(const std::string& node, const name& feed, bool to_feed, sender send);
  void send_frame(peer& p, net::envelope_lane on, carried_relay_frame f, body_writer& bodies);
  bool put(peer& p, net::envelope_lane on, const node_message& m);
  void refuse(letter& l, const error& why);
  void reach(peer& p);
  void call_neighbours();
  void answer(net::line_id line, net::envelope_lane on, std::uint64_t number,
              const result<wire::value>& with);

  // Sessions
  [[nodiscard]] net::handshake_settings settings(const std::string& expected) const;
  void begin(net::line_id line, bool ours, const std::string& expected);
  void carry_out(conversation& c, net::peer_session::output out);
  void opened(conversation& c, const net::peer_session::facts& f);
  void ended(conversation& c, const net::session_ending& e);
  void drop(net::line_id line);
  [[nodiscard]] peer* find(std::string_view node);

  // Coming in
  void take(conversation& c, const net::peer_message& m);
  [[nodiscard]] result<void> take_mail(conversation& c, net::envelope_lane lane, bytes_view record);
  void take_one(conversation& c, net::envelope_lane lane, carried_command& m);
  /// True if it was for a service here, which has it now.
  bool serve(const name& to, wire::value& command, const reply_ptr& reply);
  [[nodiscard]] result<void> take_one(conversation& c, const carried_relay& m);
  /// What concerns a feed and its relay goes to whichever of the two is here. True if it may.
  bool hand_over(conversation& c, const name& feed, bool to_feed, const carried_epochs& under,
                 relay_letter l);
  void distrust(conversation& c, const error& why);
  // Counts and logs what a peer may not say; true if it may.
  [[nodiscard]] bool may_speak(conversation& c, const name& for_whom, std::uint64_t under);
  [[nodiscard]] bool lives_here(conversation& c, const name& who, std::uint64_t under);
  /// True if the peer and this node have the unit's prefix in the same epoch.
  [[nodiscard]] bool in_epoch(conversation& c, const name& who, std::uint64_t under);
  void refused_letter(conversation& c, counter& counted, std::string_view what, const name& who);

  void note(peer& p);
  /// Why a node cannot be reached, in the log when it is news.
  void note_failure(peer& p, const std::string& why);

  // Documents (post_office_documents.cpp)
  /// The two know who they are: each gives what the other lacks.
  void compare_documents(conversation& c, const std::vector<net::document_number>& heard);
  void take_documents(conversation& c, bytes_view payload);
  void proceed_with_documents(conversation& c);
  void ask_for_documents(conversation& c);
  /// A newer placement is in force: who came, who moved, who left.
  void follow_placement();
  /// Entities that no longer live here end; when all have, sessions look for them elsewhere.
  void release(const routes::view& before);
  void wait_for_leavers();
  void note_not_adopted();
  /// The journal learns what it has lost without having given it away: what this node had, and has
  /// no more or in a later epoch only.
  using had = std::function<bool(const store::unit_set&)>;
  void note_lost(const net::placement& before, const had& was_here);
  void note_differences(conversation& c);
  /// A document of that kind has just been put into force.
  void took_over(net::document_kind kind, std::string_view from);

  // Moves (post_office_moves.cpp)
  bool send(const std::string& node, const move_message& m) override;
  void commit(store::transaction t, std::function<void(const result<void>&)> then) override;
  void hold(const store::unit_set& units) override;
  [[nodiscard]] bool all_ended() const override { return leaving_.empty(); }
  void let_go() override;
  void released(const path& prefix, std::uint64_t epoch) override;
  [[nodiscard]] bool serves_unit(const path& unit) const override { return routes_.here(unit); }
  [[nodiscard]] result<void> admits(bytes_view placement) const override;
  void move_ended(bool failed) override;
  result<void> put_in_force(bytes_view placement) override;
  [[nodiscard]] instant now() const override { return transport_->now(); }
  void take_move(conversation& c, bytes_view record);
  result<void> begin_move(const path& prefix, const bytes& placement, outcome_handler ended);
  [[nodiscard]] result<unit_giver::order> order_of(const bytes& placement) const;
  [[nodiscard]] result<store::unit_set> offered(const std::string& from, const path& prefix,
                                                bytes_view placement) const;
  void resume_moves();
  void note_move();
  [[nodiscard]] unit_taker::judge judge_of_moves();

  node_core& core_;
  net::identity who_;
  std::uint64_t incarnation_;
  routes routes_;
  std::unique_ptr<net::transport> transport_;
  std::map<std::string, service, std::less<>> services_;
  std::unique_ptr<net::document_shelf> documents_; ///< Null: none are exchanged.
  std::function<void(const net::signed_document&)> on_document_;
  std::map<std::string, std::unique_ptr<peer>, std::less<>> peers_;
  conversation_map conversations_;
  carried_life own_life_;
  peer_lives lives_;
  std::optional<instant> resume_at_;     ///< When to look for releases to go on with.
  std::optional<instant> release_at_;    ///< When to look again whether all have ended.
  std::map<name, receiver_ptr> leaving_; ///< Null: it was waking.
  std::vector<net::line_id> gone_;       ///< Conversations to drop when the step is over.
  pending_commands pending_;
  unit_giver giver_;
  unit_taker taker_;
  bool started_ = false;

  /// The journal's answers may come when the office is gone.
  struct counter_desk {
    std::mutex mutex;
    post_office* office = nullptr;
  };
  std::shared_ptr<counter_desk> answers_ = std::make_shared<counter_desk>();

  std::mutex queue_mutex_;
  std::vector<std::function<void()>> queue_;

  /// No more nodes with relays are remembered; those beyond notice a feed's restart later.
  static inline limit max_relays{"node.relays", 65'536, 1};
  mutable std::mutex relays_mutex_;
  std::set<std::pair<name, std::string>> relays_;

  mutable std::mutex status_mutex_;
  std::map<std::string, peer_status> status_;
  std::optional<move_status> moving_;
};

} // namespace loa::node
