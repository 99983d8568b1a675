#pragma once

#include <bench/load/crowd.hpp>
#include <bench/load/publishing.hpp>
#include <bench/measure/record.hpp>

#include <functional>
#include <memory>

namespace loa::bench {

/// One publisher, many subscribers: who gets each message when.
struct fanout_plan {
  std::size_t subscribers = 10'000;
  std::size_t devices = 0; ///< Beside them; where there are no devices, further subscribers.
  std::size_t slow = 0;    ///< Of the subscribers.
  double ramp = 0;         ///< Connections a second; 0: as fast as they are made.
  /// Messages a second beside those that count, for as long as these are sent: number n to topic
  /// n % topics.
  double beside = 0;
  std::size_t topics = 1;
  std::size_t warm_up = 2; ///< Messages that are sent first and not counted.
  std::size_t messages = 10;
  double rate = 2;                   ///< Messages a second.
  std::chrono::seconds patience{60}; ///< For connections, and for the last message to arrive.

  [[nodiscard]] std::size_t connections() const { return subscribers + devices; }
  /// Messages beside those that count, in a repetition.
  [[nodiscard]] std::size_t messages_beside() const;
};

/// Where to connect, and how to speak there.
struct fanout_ends {
  std::uint32_t host = 0x7f000001;
  std::vector<std::uint16_t> ports; ///< Of the subscribers, in turn.
  std::uint16_t publish_at = 0;
  std::unique_ptr<subscriber_protocol> subscribers;
  publishing::make_protocol publisher;
  std::vector<int> processes; ///< Of the server.
  /// How devices speak; null where there are none.
  std::unique_ptr<subscriber_protocol> devices = nullptr;
  publishing::make_protocol publisher_beside = {};
};

/// Runs the plan once. Figures: "last" (ms, median over the messages, from the intended time to the
/// last subscriber), "first", "accepted", "connect" (s), "memory per connection" (B), "missed",
/// "repeated", "late sending" (ms), "processor time per message" (ms, of the first of `processes`;
/// not with messages beside); latencies "delivery" and "accepted". With devices "last to devices"
/// (ms) and latencies "delivery to devices", both also part of what stands for all. With a ramp
/// "connected" (ms, median) and "refused", and latencies "connecting". With messages beside
/// "background" (ms, median), "missed of background", "late sending of background" (ms), and
/// latencies "delivery of background". Errors: refused, or not all connect; what arrives late or
/// never is a figure.
[[nodiscard]] result<repetition> run_fanout(const fanout_plan& p, const fanout_ends& at,
                                            const std::string& mark,
                                            const std::function<bool()>& stopped);

} // namespace loa::bench
