#pragma once

#include <bench/load/protocol.hpp>
#include <bench/load/socket.hpp>
#include <bench/measure/histogram.hpp>

#include <chrono>
#include <deque>
#include <functional>
#include <string>
#include <vector>

namespace loa::bench {

/// Many subscribers of one server on one thread, which note when each of a row of messages came to
/// each of them.
class crowd {
public:
  using steady = std::chrono::steady_clock;

  struct plan {
    std::uint32_t host = 0x7f000001;
    /// Subscriber n connects to `ports[n % ports.size()]`.
    std::vector<std::uint16_t> ports;
    std::size_t subscribers = 0;
    /// So many of them, the last ones, read some hundred octets every 50 ms through a small buffer,
    /// as a phone on a bad line does. Nobody waits for what they get.
    std::size_t slow = 0;
    std::size_t at_once = 200; ///< Connections that are being made at a time.
  };
  crowd(const plan& p, const subscriber_protocol& protocol);

  /// Connects all who are not: at first everybody, later those whose connection has ended. Errors:
  /// refused, or not all are subscribed in time.
  [[nodiscard]] result<void> connect(std::chrono::seconds patience,
                                     const std::function<bool()>& stopped);

  /// From now on messages count that contain `mark` and a number of six digits behind it, which
  /// says which one it is; `meant[n]` is when number n is meant to be sent, and its latencies count
  /// from there. What was counted is forgotten.
  void expect(const std::string& mark, std::vector<steady::time_point> meant);
  /// One more message is under way now.
  void sent() { awaited_ += static_cast<std::int64_t>(quick()); }

  /// From now on messages that contain `mark` are counted, all together, and nothing more is noted.
  void count(const std::string& mark);
  [[nodiscard]] std::size_t counted() const { return counted_; }
  [[nodiscard]] steady::time_point last_counted() const { return last_counted_; }

  /// Takes what comes until then, or until all that was sent has come to all who are not slow.
  void listen(steady::time_point until, bool or_all = false);

  struct arrivals {
    steady::time_point first{}, last{};
    std::size_t count = 0;
    histogram latencies; ///< Nanoseconds.
  };
  [[nodiscard]] const arrivals& of(std::size_t message) const { return seen_[message]; }
  /// The number of those who are subscribed now.
  [[nodiscard]] std::size_t subscribed() const { return subscribed_; }
  [[nodiscard]] std::size_t quick() const { return subscribers_.size() - plan_.slow; }
  [[nodiscard]] std::size_t repeated() const { return repeated_; }
  [[nodiscard]] std::size_t message_octets() const { return message_octets_; }
  [[nodiscard]] std::size_t failures() const { return failures_; }
  [[nodiscard]] const std::string& last_failure() const { return last_failure_; }

  /// While a message was under way, or messages were counted: how long that was, and how much of it
  /// this thread was at work.
  [[nodiscard]] std::chrono::nanoseconds under_way() const { return under_way_; }
  [[nodiscard]] std::chrono::nanoseconds busy() const { return under_way_ - waited_; }

private:
  struct subscriber {
    descriptor socket;
    std::string rest; ///< A message of which the end is still to come.
    bool connected = false;
    bool subscribed = false;
    bool failed = false;
  };
  class ears;

  [[nodiscard]] bool is_slow(std::size_t n) const { return n >= quick(); }
  result<void> begin(std::size_t n);
  void turn(std::chrono::milliseconds wait);
  void greet(std::size_t n);
  void read(std::size_t n, std::size_t most);
  void read_slowly();
  void reply_to_some();
  void note(std::size_t n, std::string_view message);
  void fail(std::size_t n, std::string why);

  plan plan_;
  const subscriber_protocol& protocol_;
  std::vector<subscriber> subscribers_;
  descriptor poll_;
  std::string buffer_;
  struct reply {
    std::size_t from;
    std::string octets;
  };
  std::deque<reply> replies_;
  std::size_t subscribed_ = 0;
  steady::time_point next_slow_{};
  bool connecting_ = false;

  std::string mark_;
  std::vector<steady::time_point> meant_;
  std::vector<arrivals> seen_;
  std::vector<bool> has_; ///< Subscriber by subscriber, message by message.
  std::int64_t awaited_ = 0;
  bool counting_ = false;
  std::size_t counted_ = 0;
  steady::time_point last_counted_{};
  std::size_t repeated_ = 0;
  std::size_t message_octets_ = 0;
  std::size_t failures_ = 0;
  std::string last_failure_;
  std::chrono::nanoseconds under_way_{0};
  std::chrono::nanoseconds waited_{0};
};

} // namespace loa::bench
