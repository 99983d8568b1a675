#pragma once

#include <sys/types.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

/// The real program, started as an operator starts it. Whatever a test starts here ends with it, by
/// its process id; nothing waits without a bound.
namespace loa::system_test {

struct outcome {
  int code = 0; ///< The exit code, or minus the signal that ended it.
  std::string out;
  std::string err;
};

/// Runs `loa ARGUMENTS` to its end, which must come within a minute.
[[nodiscard]] outcome loa_says(const std::vector<std::string>& arguments);

/// A running `loa node CONFIG`.
class node_process {
public:
  /// Starts it and waits until it serves or has ended.
  explicit node_process(const std::filesystem::path& config);
  node_process(const node_process&) = delete;
  node_process& operator=(const node_process&) = delete;
  ~node_process();

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] std::uint16_t port() const { return port_; } ///< 0 if it does not serve.
  [[nodiscard]] bool alive() const;
  [[nodiscard]] std::string said() const; ///< On standard error until now.

  void signal(int number) const;
  /// The exit code, or minus the signal; nothing if it still runs after that time.
  std::optional<int> ended_within(std::chrono::milliseconds patience);
  /// kill -9, and gone.
  void kill();

private:
  void listen();

  pid_t pid_ = -1;
  int watch_ = -1; ///< Becomes readable when the process ends.
  int output_ = -1;
  std::uint16_t port_ = 0;
  std::optional<int> code_;
  mutable std::mutex mutex_;
  std::condition_variable heard_;
  std::string said_;
  bool silent_ = false;
  std::thread listener_;
};

} // namespace loa::system_test
