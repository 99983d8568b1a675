#pragma once

#include <loa/base/log.hpp>
#include <loa/base/random.hpp>
#include <loa/node/cluster.hpp>
#include <loa/node/internal/move_messages.hpp>
#include <loa/store/handover_notes.hpp>

#include <functional>
#include <optional>

namespace loa::node {

/// What a move needs of the node that it happens on. One thread; what is called with a result is
/// called later, never within.
class move_desk {
public:
  virtual ~move_desk() = default;
  /// False if there is no way now.
  virtual bool send(const std::string& node, const move_message& m) = 0;
  virtual void commit(store::transaction t, std::function<void(const result<void>&)> then) = 0;
  /// Stops serving the units; they end one by one.
  virtual void hold(const store::unit_set& units) = 0;
  /// True when the last of them has ended.
  [[nodiscard]] virtual bool all_ended() const = 0;
  /// Serves again what was held.
  virtual void let_go() = 0;
  /// They are never served here again below that epoch.
  virtual void released(const path& prefix, std::uint64_t epoch) = 0;
  [[nodiscard]] virtual bool serves_unit(const path& unit) const = 0;
  /// Whether the document could still be put into force.
  [[nodiscard]] virtual result<void> admits(bytes_view placement) const = 0;
  /// A move has ended; what else was released may be gone on with, after a pause if something of it
  /// has failed.
  virtual void move_ended(bool failed) = 0;
  /// From now on the document is in force here.
  virtual result<void> put_in_force(bytes_view placement) = 0;
  [[nodiscard]] virtual instant now() const = 0;
};

/// The side of a move that gives units to another node: copies what the journal has of them while
/// they serve, holds them, copies what has changed, notes that it has released them, and tells the
/// other side until that has adopted them. Before the release any trouble ends the move and the
/// units serve on; after it nothing does, and a restart goes on from the note.
class unit_giver {
public:
  /// The desk and the journal outlive it.
  unit_giver(move_desk& desk, const store::journal& journal, log_sink& log)
      : desk_(desk),
        journal_(journal),
        log_(log) {}

  struct order {
    store::unit_set units;
    std::string to;
    std::uint64_t epoch = 0;
    std::uint64_t feeds = 1;
    bytes placement; ///< The signed document, checked.
  };
  /// `then` hears once the other side has them, or why not. One move at a time.
  void begin(order o, random_source& random, std::function<void(const result<void>&)> then);
  /// Goes on with a release that the other side may not know of.
  void resume(const store::released& note, random_source& random);

  void on(const std::string& node, const move_answered& m);
  void tick();
  /// Another placement is about to be in force.
  void placement_changes();
  /// True if units at that prefix, above or below are on their way.
  [[nodiscard]] bool moves(const path& prefix) const {
    return at_work() && overlap(order_.units.prefix, prefix);
  }
  /// The node stops: whoever waits for the end hears that.
  void stop();
  [[nodiscard]] std::optional<instant> next_tick() const;
  [[nodiscard]] std::optional<move_status> status() const;
  [[nodiscard]] bool at_work() const { return step_ != move_step::none; }

private:
  void ask(move_message m);
  void send();
  void go_on();
  void copy_next();
  void compare_next();
  void send_piece(const store::piece& p);
  void send_rest();
  void drain();
  void release();
  [[nodiscard]] bool may_fail() const;
  void finish();
  void clean_up();
  void clear_next();
  void end(const result<void>& how);
  void fail(const error& why);
  [[nodiscard]] std::optional<store::piece> next_piece();
  [[nodiscard]] move_number next_number() { return {move_, ++request_}; }

  move_desk& desk_;
  const store::journal& journal_;
  log_sink& log_;

  move_step step_ = move_step::none;
  order order_;
  std::function<void(const result<void>&)> then_;
  std::uint64_t move_ = 0;
  std::uint64_t request_ = 0;
  std::optional<store::piece_reader> reader_;
  std::optional<move_message> asked_; ///< What waits for an answer.
  bool sent_ = false;
  instant asked_at_{};
  std::optional<instant> again_;
  std::optional<instant> held_at_;
  bool releasing_ = false; ///< The release is the journal's to decide.
  bytes record_;           ///< Of the piece that is sent, and how far.
  std::size_t sent_octets_ = 0;
  std::optional<store::piece> compared_;
  std::uint64_t octets_ = 0;
  std::string why_; ///< Of a move that has failed.
};

} // namespace loa::node
