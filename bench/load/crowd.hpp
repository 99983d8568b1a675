#pragma once

#include <bench/load/arrivals.hpp>
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
/// each of them; and beside it of a second row, each of which comes to a share of them.
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
    /// The first so many speak a protocol of their own, and what comes to them is noted apart too.
    std::size_t apart = 0;
    std::size_t at_once = 200; ///< Connections that are being made at a time.
    /// Other than 0: so many connections a second are begun at times meant for them, however many
    /// are being made. Who is refused tries again.
    double ramp = 0;
  };
  /// `apart` may be null, where nobody is.
  crowd(const plan& p, const subscriber_protocol& protocol,
        const subscriber_protocol* apart = nullptr);

  /// Connects all who are not: at first everybody, later those whose connection has ended. Errors:
  /// refused where there is no ramp, or not all are subscribed in time, which counts from the end
  /// of the ramp.
  [[nodiscard]] result<void> connect(std::chrono::seconds patience,
                                     const std::function<bool()>& stopped);
  /// Nanoseconds until each was subscribed, from when it was meant to begin: with a ramp by the
  /// clock, else when connecting began.
  [[nodiscard]] const histogram& connecting_times() const { return connecting_times_; }
  /// How often a connection of a ramp was refused.
  [[nodiscard]] std::size_t refused() const { return refused_; }

  /// From now on messages count that contain `mark` and a number of six digits behind it, which
  /// says which one it is; `meant[n]` is when number n is meant to be sent, and its latencies count
  /// from there. What was counted is forgotten.
  void expect(const std::string& mark, std::vector<steady::time_point> meant);
  /// Beside them messages of another mark count, of which number n comes to each subscriber whose
  /// number leaves the same rest as n when divided by `topics`. Called after `expect`.
  void expect_beside(const std::string& mark, std::vector<steady::time_point> meant,
                     std::size_t topics);
  /// One more message is under way now.
  void sent() { awaited_ += static_cast<std::int64_t>(quick()); }

  /// From now on messages that contain `mark` are counted, all together, and nothing more is noted.
  void count(const std::string& mark);
  [[nodiscard]] std::size_t counted() const { return counted_; }
  [[nodiscard]] steady::time_point last_counted() const { return last_counted_; }

  /// Takes what comes until then, or until all that was sent has come to all who are not slow.
  void listen(steady::time_point until, bool or_all = false);

  /// Takes what comes until then, or until all of the second row has come to its share.
  void listen_beside(steady::time_point until);

  [[nodiscard]] const arrivals& of(std::size_t message) const { return row_.of(message); }
  /// What of that came to those who are apart.
  [[nodiscard]] const arrivals& apart(std::size_t message) const { return apart_.of(message); }
  [[nodiscard]] const arrivals& beside(std::size_t message) const { return beside_.of(message); }
  /// How many of the second row have not come to somebody who is not slow.
  [[nodiscard]] std::size_t missing_beside() const { return missing_beside_; }
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
    bool timed = false; ///< Its time until it was subscribed is known.
    steady::time_point meant{};
  };
  class ears;

  [[nodiscard]] bool is_slow(std::size_t n) const { return n >= quick(); }
  [[nodiscard]] const subscriber_protocol& protocol_of(std::size_t n) const {
    return n < plan_.apart && apart_protocol_ ? *apart_protocol_ : protocol_;
  }
  result<void> begin(std::size_t n);
  result<void> begin_due(const std::vector<std::size_t>& absent, steady::time_point since);
  void turn(std::chrono::milliseconds wait);
  void greet(std::size_t n);
  void read(std::size_t n, std::size_t most);
  void read_slowly();
  void reply_to_some();
  void subscribed(std::size_t n);
  void note(std::size_t n, std::string_view message);
  void note_beside(std::size_t n, std::string_view message);
  void fail(std::size_t n, std::string why);

  plan plan_;
  const subscriber_protocol& protocol_;
  const subscriber_protocol* apart_protocol_;
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
  std::size_t begun_ = 0;            ///< Of those who were absent.
  std::deque<std::size_t> refusals_; ///< Who is to try again.
  steady::time_point next_try_{};
  histogram connecting_times_;
  std::size_t refused_ = 0;

  arrival_book row_;
  arrival_book apart_;
  arrival_book beside_;
  std::size_t missing_beside_ = 0;
  std::int64_t awaited_ = 0;
  bool counting_ = false;
  std::string mark_; ///< Of what is counted.
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
