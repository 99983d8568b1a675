#pragma once

#include <loa/base/result.hpp>

#include <chrono>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace loa::bench {

/// A program that serves while it is measured. It ends with this one, however that comes, and does
/// not hear Ctrl-C from the terminal itself: `stopped` says that somebody wants an end, and then
/// nothing here takes longer than a second. One thread.
class server_process {
public:
  struct plan {
    std::vector<std::string> command;     ///< The first is a path, or is looked for in PATH.
    std::filesystem::path log;            ///< Both its outputs.
    std::vector<std::string> environment; ///< "NAME=VALUE", beside what this process has.
    std::string user;                     ///< Runs as this user; as ours if empty.
    int end_with = 15;                    ///< The signal that asks it to end: SIGTERM.
  };
  [[nodiscard]] static result<server_process> start(plan p, std::function<bool()> stopped);

  server_process(server_process&& other) noexcept;
  server_process& operator=(server_process&& other) noexcept;
  /// Asks it to end, insists after ten seconds, or after half a second where `stopped` says so, and
  /// waits for it.
  ~server_process();

  /// Waits until `serves` says so. The error has the last lines of its log where it has ended, or
  /// did not come to serve; where `stopped` says so, it is errc::unavailable and no more is known.
  [[nodiscard]] result<void> wait_until(const std::function<bool()>& serves,
                                        std::chrono::seconds patience);
  [[nodiscard]] bool runs();
  [[nodiscard]] int id() const noexcept { return id_; }
  void kill();

private:
  server_process(int id, plan p, std::function<bool()> stopped)
      : id_(id),
        plan_(std::move(p)),
        stopped_(std::move(stopped)) {}
  void end();

  int id_ = -1;
  plan plan_;
  std::function<bool()> stopped_;
};

/// A program's path by PATH, and where Debian puts servers; empty if there is none.
[[nodiscard]] std::filesystem::path find_program(const std::string& name);

/// The first line that a command prints, for versions; empty if it cannot be run.
[[nodiscard]] std::string first_line_of(const std::string& command);

/// Whether somebody listens on a port of 127.0.0.1.
[[nodiscard]] bool port_answers(std::uint16_t port);

/// A port of 127.0.0.1 on which nobody listens now.
[[nodiscard]] result<std::uint16_t> free_port();

} // namespace loa::bench
