#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// \file
/// How the load generator speaks to one kind of server. All servers are driven by the same code
/// through these two; a protocol turns octets into what happened, and knows no socket and no clock.
namespace loa::bench {

/// No message of a server is longer. What claims to be is refused, so that a wrong length cannot
/// take all the memory.
inline constexpr std::size_t longest_message = 1U << 20;

/// Where a subscriber's protocol says what came. Texts live during the call.
class subscriber_events {
public:
  virtual ~subscriber_events() = default;
  virtual void subscribed() = 0;
  virtual void message(std::string_view text) = 0;
  /// To be sent back, once nothing else waits to be read.
  virtual void reply(std::string octets) = 0;
  /// Refused, ended, or not understood; the connection is of no use any more.
  virtual void failed(std::string why) = 0;
};

/// How subscribers speak. Without state of its own: one object serves all connections, on one
/// thread.
class subscriber_protocol {
public:
  virtual ~subscriber_protocol() = default;
  /// What subscriber number `n` says first.
  [[nodiscard]] virtual std::string hello(std::size_t n) const = 0;
  /// Takes whole messages from the front of `in`; returns how many octets that were. `subscribed`
  /// is whether subscribed() was said on this connection.
  virtual std::size_t take(std::string_view in, bool subscribed, subscriber_events& to) const = 0;
};

/// Where a publisher's protocol says what came.
class publisher_events {
public:
  virtual ~publisher_events() = default;
  virtual void ready() = 0;
  virtual void reply(std::string octets) = 0;
  /// The server answered for the oldest message on this connection that has no answer yet: it has
  /// taken it, with whatever promise it makes.
  virtual void accepted() = 0;
  virtual void failed(std::string why) = 0;
};

/// How a publisher speaks, on connections that each have an object of their own. One thread.
class publisher_protocol {
public:
  virtual ~publisher_protocol() = default;
  /// What it says first; empty if it is ready at once.
  [[nodiscard]] virtual std::string hello() { return {}; }
  /// The octets that publish a message in which `identifier` stands, of the length agreed on.
  [[nodiscard]] virtual std::string publish(const std::string& identifier) = 0;
  virtual std::size_t take(std::string_view in, publisher_events& to) = 0;
};

/// A message of that many octets, or of the identifier's length if that is more: the identifier and
/// a filling that no compression would shorten to nothing.
[[nodiscard]] std::string filled(const std::string& identifier, std::size_t octets);

/// The number in the last six digits of an identifier; 0 if it ends otherwise.
[[nodiscard]] std::size_t number_in(std::string_view identifier);

/// Topics beside the one that all follow: subscriber n follows topic n % count as well, and message
/// n goes to topic n % count. A count of 0: there are none.
struct side_topics {
  std::size_t count = 0;
  [[nodiscard]] std::size_t of(std::size_t n) const { return n % count; }
};

} // namespace loa::bench
