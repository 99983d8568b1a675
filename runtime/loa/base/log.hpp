#pragma once

#include <initializer_list>
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

} // namespace loa
