#pragma once

#include <bench/load/crowd.hpp>
#include <bench/load/publishing.hpp>
#include <bench/measure/record.hpp>

#include <cmath>
#include <functional>
#include <memory>

namespace loa::bench {

/// Many publications, a few listeners: how soon a server accepts each, and how many in a second.
struct publish_plan {
  std::size_t listeners = 16;
  double rate = 100;             ///< Publications a second while their latency is measured.
  std::chrono::seconds lasts{5}; ///< Each of the two parts: at that rate, and as fast as can be.
  std::size_t in_flight = 64;    ///< Publications that wait for their answer in the second part.
  std::size_t connections = 64;  ///< Of publishers, in both parts.
  std::size_t most = 1'000'000;  ///< Publications in the second part, which then ends sooner.
  std::chrono::seconds patience{30}; ///< For connections, and for the last publication to arrive.

  /// What is published before each part, and not counted, at most.
  static constexpr std::size_t warm_up_slow = 20;
  static constexpr std::size_t warm_up_fast = 1'000;
  [[nodiscard]] std::size_t at_rate() const {
    return static_cast<std::size_t>(std::llround(rate * static_cast<double>(lasts.count())));
  }
};

/// Where to connect, and how to speak there.
struct publish_ends {
  std::uint32_t host = 0x7f000001;
  std::uint16_t port = 0;
  std::unique_ptr<subscriber_protocol> listeners;
  publishing::make_protocol publisher;
  /// Of the server, when all are connected; it may have some for each connection.
  std::function<std::vector<int>()> processes;
};

/// Runs the plan once. Figures of the first part: "accepted" and "delivered" (ms, medians from the
/// intended time); of the second: "published" (1/s), "time per publication" (us), which is its
/// reciprocal, and "behind" (ms), from the last answer until the listeners have all that was
/// accepted; of both "missed", "repeated", "failed", "message" (B), "late sending" (ms). Latencies
/// "accepted", "delivery" and "accepted at full speed". Errors: refused, or a publication is; what
/// arrives late or never is a figure.
[[nodiscard]] result<repetition> run_publish(const publish_plan& p, const publish_ends& at,
                                             const std::string& mark,
                                             const std::function<bool()>& stopped);

} // namespace loa::bench
