#pragma once

#include <loa/link/alarm.hpp>
#include <loa/link/messages.hpp>
#include <loa/link/options.hpp>

#include <map>

namespace loa::link {

/// What a receiver stores about a line of post.
struct post_state {
  static constexpr wire::type_tag tag{"loa.link.post_state", 1};
  std::uint64_t epoch = 0; ///< The sender's.
  std::uint64_t last = 0;  ///< The last number applied or put aside.
  unsigned tries = 0;      ///< How often the one after it has failed.
  /// What was put aside and the sender is not known to have heard of, in ascending order.
  std::vector<post_refusal> refused;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("epoch", self.epoch);
    f("last", self.last);
    f.optional("tries", self.tries);
    f.optional("refused", self.refused);
  }
  bool operator==(const post_state&) const = default;
};

/// The receiving end of one line of post: a pure state machine. It hands one message at a time to
/// the host, in order, each applied once:
///
///     delivered -> applied -> (the next is delivered) … committed -> acknowledged
///     delivered -> refused -> put aside; otherwise like an applied one
///     delivered -> failed  -> delivered again, or after some tries a dead letter, which counts as
///                             refused once the host has put it aside and committed that
///
/// What was refused is kept, and said with each acknowledgement, until the sender is known to have
/// heard of it; that is at most two windows of a sender that keeps to its own. The host stores
/// `post_state` with the facts of each message. If a commit fails, it drops the receiver with its
/// own uncommitted state and makes a new one from what is stored. What comes early waits, at most a
/// window. It needs no timer and no clock. One thread; the options must outlive it.
class post_receiver {
public:
  /// One message, by the sender's epoch and number.
  struct delivery {
    std::uint64_t epoch = 0;
    std::uint64_t number = 0;
    shared_body body; ///< A wire record.
  };
  struct dead_letter {
    delivery letter;
    unsigned tries = 0;
    std::string why; ///< Of the last failure.
  };

  struct output {
    std::vector<message> to_send;
    std::optional<delivery> delivered;
    /// To be put aside for people, and committed like an applied one.
    std::optional<dead_letter> dead;
    std::vector<alarm> alarms;
  };

  explicit post_receiver(post_state durable, const link_options& options = default_link_options);

  [[nodiscard]] output on(const post_send& m);
  /// The host has decided on the delivered message; its facts need not be durable yet.
  [[nodiscard]] output applied(std::uint64_t epoch, std::uint64_t number);
  /// The host has put the delivered message aside, for this reason.
  [[nodiscard]] output refused(std::uint64_t epoch, std::uint64_t number, const error& why);
  /// The host could not, and is ready for another try.
  [[nodiscard]] output failed(std::uint64_t epoch, std::uint64_t number, std::string why);
  /// Everything up to this number is durable.
  [[nodiscard]] output committed(std::uint64_t epoch, std::uint64_t number);

  /// What to store with the facts of what was applied or put aside last.
  [[nodiscard]] const post_state& state() const noexcept { return applied_; }
  [[nodiscard]] std::size_t buffered() const noexcept { return early_.size(); }
  /// True if it knows nothing beyond what is durable.
  [[nodiscard]] bool idle() const noexcept {
    return early_.empty() && !handed_ && committed_ == applied_.last;
  }

private:
  void begin_epoch(const post_send& m);
  void skip_lost(std::uint64_t oldest, output& out);
  void keep(const post_send& m);
  void note_refusal(std::uint64_t number, const error& why);
  void forget_refusals(std::uint64_t below);
  void hand_out(output& out);
  void acknowledge(output& out) const;
  [[nodiscard]] bool is_handed(std::uint64_t epoch, std::uint64_t number) const noexcept;

  const link_options* options_;
  post_state applied_;
  std::uint64_t committed_;
  std::map<std::uint64_t, shared_body> early_;
  std::size_t octets_ = 0;
  std::optional<delivery> handed_;
};

} // namespace loa::link
