#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace loa {

enum class log_level { debug, info, warning, error };

/// One named value beside a log line.
struct log_field {
  std::string_view key;
  std::string_view value;
};

/// Where log lines go. Implementations are safe to call from any thread and do not block for long.
class log_sink {
public:
  virtual ~log_sink() = default;
  /// `component` is the floor or subject that speaks, `message` one sentence without the values.
  virtual void write(log_level level, std::string_view component, std::string_view message,
                     std::initializer_list<log_field> fields = {}) = 0;
};

/// A sink that drops everything; lives as long as the program.
[[nodiscard]] log_sink& no_log();

/// A sink for programs that have no other: warnings and errors go to standard error, a line each,
/// as logfmt: time, level, component, sentence and fields, values quoted where they need it. Lives
/// as long as the program.
[[nodiscard]] log_sink& standard_error_log();

/// The line that `standard_error_log` writes, without its end. Control characters are escaped, so
/// that no value can forge a line.
[[nodiscard]] std::string log_line(std::string_view time, log_level level,
                                   std::string_view component, std::string_view message,
                                   std::initializer_list<log_field> fields);

} // namespace loa
