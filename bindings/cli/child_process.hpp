#pragma once

#include <loa/base/result.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace loa::cli {

/// Another run of this program. It ends when this one does, however that comes. One thread.
class child_process {
public:
  /// Starts this program with other arguments; it keeps `inherited` as the same descriptor. What it
  /// writes to standard output is read by `line`; its standard error is ours.
  [[nodiscard]] static result<child_process> start(const std::vector<std::string>& arguments,
                                                   int inherited);

  child_process(child_process&& other) noexcept;
  child_process& operator=(child_process&& other) noexcept;
  /// Ends the child and waits for it.
  ~child_process();

  /// The next line that it writes; nothing if none came in time, or it has ended.
  [[nodiscard]] std::optional<std::string> line(std::chrono::milliseconds patience);
  [[nodiscard]] bool runs();
  [[nodiscard]] int id() const noexcept { return id_; }
  /// Octets of its memory that are resident now.
  [[nodiscard]] std::uint64_t memory() const;

  /// Asks it to end and does not wait.
  void ask_to_stop();

private:
  child_process(int id, int output) : id_(id), output_(output) {}
  void wait_for_end();

  int id_ = -1;
  int output_ = -1;
  std::string read_; // not a whole line yet
};

} // namespace loa::cli
