#pragma once

#include <loa/base/result.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace loa::bench {

/// A program that does a piece of work for each line that it is told, and answers with one line. It
/// ends with this one, however that comes, and does not hear Ctrl-C from the terminal: `stopped`
/// says that somebody wants an end. One thread.
class talking_process {
public:
  /// `command`'s first word is a path, or is looked for in PATH. Its standard error goes to `log`.
  [[nodiscard]] static result<talking_process> start(const std::vector<std::string>& command,
                                                     const std::string& log,
                                                     std::function<bool()> stopped);
  talking_process(talking_process&& other) noexcept;
  talking_process& operator=(talking_process&& other) noexcept;
  /// Closes its standard input, waits for ten seconds, or for none where `stopped` says so, and
  /// then insists.
  ~talking_process();

  void say(const std::string& line);
  /// The next line that it says. Errors: it has ended, or nothing came in time, or `stopped` says
  /// so: then it is killed, since it may be at work for long and not look at its input.
  [[nodiscard]] result<std::string> line(std::chrono::seconds patience);
  [[nodiscard]] int id() const noexcept { return id_; }
  /// kill -9, and gone.
  void kill();

private:
  talking_process(std::string name, int id, int in, int out, std::function<bool()> stopped)
      : name_(std::move(name)),
        id_(id),
        in_(in),
        out_(out),
        stopped_(std::move(stopped)) {}

  std::string name_;
  int id_ = -1;
  int in_ = -1;
  int out_ = -1;
  std::string read_; ///< Not a whole line yet.
  std::function<bool()> stopped_;
};

} // namespace loa::bench
