#pragma once

#include "city.hpp"

#include <functional>
#include <set>

namespace loa::system_test {

/// Somebody who listens to a stream on a thread of its own, until the connection ends.
class listener {
public:
  /// What to say back to a frame, as a JSON text; empty for nothing. Called on the thread.
  using manner = std::function<std::string(const json& frame)>;

  listener(http::test::client stream, manner say);
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  ~listener();

  /// The bulletin frames until now.
  [[nodiscard]] std::vector<json> heard() const;
  /// Closes the connection and waits for the thread.
  void hang_up();
  /// Waits until the node has closed the connection; gives the close frame's code, or 0.
  [[nodiscard]] int dismissed();

private:
  void listen();

  http::test::client stream_;
  const manner say_;
  mutable std::mutex mutex_;
  std::vector<json> heard_;
  int close_code_ = 0;
  std::thread thread_;
};

[[nodiscard]] std::string acknowledge(const json& frame);
/// For a device: got it, and played it to its end.
[[nodiscard]] std::string play_to_the_end(const json& frame);
[[nodiscard]] std::string say_nothing(const json& frame);

/// The ids in frames, each once.
[[nodiscard]] std::set<std::string> ids_in(const std::vector<json>& frames);

/// Where a client goes on that keeps one position: behind it lies what it may lack on either lane.
[[nodiscard]] std::uint64_t safe_position(const std::vector<json>& frames);

/// True if the positions of each feed and lane only grow.
[[nodiscard]] bool in_order(const std::vector<json>& frames);

} // namespace loa::system_test
