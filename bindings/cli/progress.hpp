#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <string>

namespace loa::cli {

/// Says how far a long piece of work is: nothing at all for what takes less than two seconds, then
/// one line that is written over on a terminal, or a new line every two seconds elsewhere. One
/// thread.
class progress {
public:
  using steady_now = std::function<std::chrono::steady_clock::time_point()>;

  progress(std::ostream& to, bool live, steady_now now = std::chrono::steady_clock::now);

  /// A phase begins; `total` 0 where nobody knows how much there is to do.
  void begin(std::string what, std::uint64_t total = 0);
  /// So much is done. Cheap; call it as often as you like.
  void at(std::uint64_t n);
  /// The phase is over; if it was shown its last line says how long it took.
  void end();

private:
  void show(std::uint64_t n, std::string_view ending);

  std::ostream& to_;
  bool live_;
  steady_now now_;
  std::string what_;
  std::uint64_t total_ = 0;
  std::uint64_t last_ = 0;
  std::chrono::steady_clock::time_point began_;
  std::chrono::steady_clock::time_point next_;
  bool shown_ = false;
};

} // namespace loa::cli
