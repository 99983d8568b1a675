#pragma once

#include <bench/load/protocol.hpp>
#include <bench/load/socket.hpp>
#include <bench/measure/histogram.hpp>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace loa::bench {

/// Publishes a row of messages at intended times, whatever the server does meanwhile: who waits for
/// an answer before he sends again hides the wait from his figures (coordinated omission). Messages
/// go over several connections in turn, so that an answer that is late holds up no other message.
/// Or, to see how many a server takes, keeps a number of them under way, each answer letting the
/// next one go. Its thread is its own; the functions may be called from one other.
class publishing {
public:
  using steady = std::chrono::steady_clock;
  using make_protocol = std::function<std::unique_ptr<publisher_protocol>()>;

  struct plan {
    std::string mark;         ///< Message n is called mark + n in six digits.
    std::size_t first = 0;    ///< The number of the first message.
    std::size_t messages = 0; ///< 1'000'000 at most.
    steady::time_point begin; ///< When the first is meant to be sent.
    std::chrono::nanoseconds every{0};

    /// Other than 0: so many are kept under way, spread evenly over the connections, from `begin`
    /// to `end` or until there were `messages`; each is meant to be sent when it is.
    std::size_t in_flight = 0;
    steady::time_point end{};
  };

  using stop_wish = std::function<bool()>;
  /// Somebody who never wants an end.
  [[nodiscard]] static bool never() { return false; }

  /// Connects and waits until the server is ready for messages, or `stopped` says that somebody
  /// wants an end.
  [[nodiscard]] static result<std::unique_ptr<publishing>>
  open(std::uint32_t host, std::uint16_t port, std::size_t connections, const make_protocol& make,
       std::chrono::seconds patience, const stop_wish& stopped = never);
  ~publishing();

  /// Begins with a row. Called when the row before has ended.
  void begin(const plan& p);
  /// Waits until all messages of the row are sent and answered, or a connection has failed, or that
  /// long after the last was meant to be sent, or somebody wants an end.
  void finish(std::chrono::seconds patience, const stop_wish& wanted = never);
  /// Whether nothing is left to be done for the row.
  [[nodiscard]] bool ended() const { return ended_; }
  /// Sends nothing more.
  void stop() { stopped_ = true; }

  /// When message number `n` of a plan is meant to be sent.
  [[nodiscard]] static steady::time_point intended(const plan& p, std::size_t n) {
    return p.begin + p.every * static_cast<std::int64_t>(n - p.first);
  }

  // What came of the row; after `finish`.
  /// Nanoseconds from the intended time to the answer.
  [[nodiscard]] const histogram& answers() const { return answers_; }
  [[nodiscard]] std::size_t answered() const { return answered_; }
  [[nodiscard]] steady::time_point last_answer() const { return last_answer_; }
  /// The furthest that sending was behind its time: the generator's own lateness.
  [[nodiscard]] std::chrono::nanoseconds latest() const { return latest_; }
  [[nodiscard]] const std::string& first_failure() const { return first_failure_; }

private:
  struct line;
  publishing() = default;
  void run();
  void turn(steady::time_point until);
  [[nodiscard]] steady::time_point send_due(steady::time_point now);
  void keep_under_way(steady::time_point now);
  void send(line& on, std::size_t n, steady::time_point meant);
  [[nodiscard]] bool complete(steady::time_point now) const;

  std::vector<std::unique_ptr<line>> lines_;
  plan plan_;
  std::thread thread_;
  std::atomic<bool> stopped_{false};
  std::atomic<bool> give_up_{false};
  std::atomic<bool> ended_{true};
  histogram answers_;
  std::size_t sent_ = 0;
  std::atomic<std::size_t> answered_{0};
  steady::time_point last_answer_{};
  std::chrono::nanoseconds latest_{0};
  std::string first_failure_;
};

} // namespace loa::bench
