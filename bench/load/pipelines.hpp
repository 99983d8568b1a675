#pragma once

#include <bench/load/socket.hpp>
#include <bench/measure/histogram.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace loa::bench {

/// Several connections of HTTP/1.1 that are kept, on each of which several requests are under way
/// at a time, answered in their order (RFC 9112, section 9.3.2). It waits. One thread.
class pipelines {
public:
  using steady = std::chrono::steady_clock;

  /// `depth` requests at most are under way on each of the connections.
  [[nodiscard]] static result<pipelines> open(std::uint32_t host, std::uint16_t port,
                                              std::size_t connections, std::size_t depth);
  pipelines(pipelines&&) noexcept;
  ~pipelines();

  struct row {
    std::size_t count = 0;
    /// Requests a second, each sent when it is due if there is room for it, and as soon as there is
    /// room otherwise; 0: always as soon as there is room.
    double rate = 0;
    std::function<std::string(std::size_t n)> request;
    /// What came for number `n`.
    std::function<void(std::size_t n, int status, std::string_view body)> answer;
    /// Told about once a second how many are answered; may be empty.
    std::function<void(std::size_t answered)> progress;
  };
  struct outcome {
    std::chrono::nanoseconds lasted{0}; ///< From the first due to the last answer.
    histogram answers;                  ///< Nanoseconds from when each was due.
    std::chrono::nanoseconds latest{0}; ///< The furthest that sending was behind what was due.
  };
  /// Sends all of a row and waits for the answers. Errors: a connection has ended, no answer came
  /// for `patience`, or somebody wants an end.
  [[nodiscard]] result<outcome> carry(const row& r, std::chrono::seconds patience,
                                      const std::function<bool()>& stopped);

private:
  struct line;
  class run;
  pipelines();
  std::vector<std::unique_ptr<line>> lines_;
  std::size_t depth_ = 1;
};

} // namespace loa::bench
