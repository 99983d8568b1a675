#pragma once

#include <loa/link/feed.hpp>
#include <loa/link/kept_error.hpp>
#include <loa/wire/record.hpp>

namespace loa::link {

/// One conversation between a feed's sender and a follower's receiver. The receiver has a random
/// number for its life and counts its attempts to follow; the sender numbers its answers from a
/// random number on. Link sequences start at 1 with each conversation, and what belongs to another
/// one is not mistaken for this one's.
struct link_session {
  std::uint64_t receiver = 0;
  std::uint64_t attempt = 0;
  std::uint64_t sender = 0;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("receiver", self.receiver);
    f("attempt", self.attempt);
    f("sender", self.sender);
  }
  bool operator==(const link_session&) const = default;
};

/// Receiver to sender: I follow from here. Said until it is answered.
struct feed_follow {
  static constexpr wire::type_tag tag{"loa.link.feed_follow", 1};
  std::uint64_t receiver = 0;
  std::uint64_t attempt = 0;
  cursor from;
  std::optional<cursor> receipt; ///< As in `feed_ack`.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("receiver", self.receiver);
    f("attempt", self.attempt);
    f("from", self.from);
    f.optional("receipt", self.receipt);
  }
};

/// Sender to receiver: the conversation is open; link sequences start at 1.
struct feed_opened {
  static constexpr wire::type_tag tag{"loa.link.feed_opened", 1};
  link_session session;
  std::uint64_t epoch = 0;
  /// Your cursor means nothing here: start from nothing, everything in force follows.
  bool reset = false;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("session", self.session);
    f("epoch", self.epoch);
    f.optional("reset", self.reset);
  }
};

/// Sender to receiver: there is something for you, and I do not know you: follow again.
struct feed_invite {
  static constexpr wire::type_tag tag{"loa.link.feed_invite", 1};
  std::uint64_t sender = 0;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("sender", self.sender);
  }
};

/// Sender to receiver: entries of one lane with consecutive link sequences. An entry without a body
/// says that there is nothing for you up to its position. A frame without entries asks for an
/// acknowledgement.
struct feed_frames {
  static constexpr wire::type_tag tag{"loa.link.feed_frames", 1};
  link_session session;
  lane on = lane::ordinary;
  std::uint64_t first = 0; ///< The link sequence of the first entry.
  std::vector<entry> entries;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("session", self.session);
    f("lane", self.on);
    f("first", self.first);
    f("entries", self.entries);
  }
};

/// Receiver to sender: what has come and what is durable, both cumulative.
struct feed_ack {
  static constexpr wire::type_tag tag{"loa.link.feed_ack", 1};
  link_session session;
  lane_positions received; ///< Per lane, the link sequence up to which everything has come.
  cursor committed;        ///< What is durable at the follower.
  /// Of a follower that stands for somebody else, a device: what has reached that one. It counts as
  /// delivered instead of what is durable. The state machines here pass it by.
  std::optional<cursor> receipt;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("session", self.session);
    f.optional("received", self.received);
    f("committed", self.committed);
    f.optional("receipt", self.receipt);
  }
};

/// One message of a line of post, from one entity to another.
struct post_send {
  static constexpr wire::type_tag tag{"loa.link.post_send", 1};
  std::uint64_t epoch = 0; ///< Raised when the sender's backup is restored.
  std::uint64_t since = 1; ///< The first number that was given in this epoch.
  /// The lowest number that is still in the outbox. What the receiver said of those below it, its
  /// refusals as well, is durable at the sender.
  std::uint64_t oldest = 1;
  std::uint64_t number = 0;
  shared_body body; ///< A wire record.

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("epoch", self.epoch);
    f("since", self.since);
    f("oldest", self.oldest);
    f("number", self.number);
    describe_body("body", self.body, f);
  }
};

/// That a message of post was put aside instead of applied, and why.
struct post_refusal {
  std::uint64_t number = 0;
  kept_error why;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("number", self.number);
    f("why", self.why);
  }
  bool operator==(const post_refusal&) const = default;
};

/// Everything up to this number is applied, or put aside, and durable.
struct post_ack {
  static constexpr wire::type_tag tag{"loa.link.post_ack", 1};
  std::uint64_t epoch = 0;
  std::uint64_t number = 0;
  /// Which of them were put aside, in ascending order; those that are not known to be durable at
  /// the sender.
  std::vector<post_refusal> refused;

  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("epoch", self.epoch);
    f("number", self.number);
    f.optional("refused", self.refused);
  }
};

/// Every message of this floor.
using message =
    std::variant<feed_follow, feed_opened, feed_invite, feed_frames, feed_ack, post_send, post_ack>;

/// No message between nodes is longer than this many octets.
inline constexpr std::size_t most_message_octets = 1U << 20;
/// No frame holds more entries.
inline constexpr std::size_t most_frame_entries = 1024;

/// The record of a message.
[[nodiscard]] bytes encode(const message& m);

/// Reads a message from a peer that need not be friendly: limits, the order of positions and the
/// lane of every entry are checked.
[[nodiscard]] result<message> decode(bytes_view record);

} // namespace loa::link
