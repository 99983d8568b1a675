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
  std::size_t slow = 0;
  std::size_t warm_up = 2; ///< Messages that are sent first and not counted.
  std::size_t messages = 10;
  double rate = 2;                   ///< Messages a second.
  std::chrono::seconds patience{60}; ///< For connections, and for the last message to arrive.
};

/// Where to connect, and how to speak there.
struct fanout_ends {
  std::uint32_t host = 0x7f000001;
  std::vector<std::uint16_t> ports; ///< Of the subscribers, in turn.
  std::uint16_t publish_at = 0;
  std::unique_ptr<subscriber_protocol> subscribers;
  publishing::make_protocol publisher;
  std::vector<int> processes; ///< Of the server.
};

/// Runs the plan once. Figures: "last" (ms, median over the messages, from the intended time to the
/// last subscriber), "first", "accepted", "connect" (s), "memory per connection" (B), "missed",
/// "repeated", "late sending" (ms), "processor time per message" (ms, of the first of `processes`);
/// latencies "delivery" and "accepted". Errors: refused, or not
/// all connect; what arrives late or never is a figure.
[[nodiscard]] result<repetition> run_fanout(const fanout_plan& p, const fanout_ends& at,
                                            const std::string& mark,
                                            const std::function<bool()>& stopped);

} // namespace loa::bench
