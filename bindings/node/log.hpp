#pragma once

#include <loa/base/log.hpp>
#include <loa/base/time.hpp>

#include <iosfwd>
#include <memory>

namespace loa::host {

enum class log_format {
  text, ///< One line for people: time, level, component, message, key=value.
  json, ///< One JSON object a line: "time", "level", "component", "message" and the fields.
};

struct log_options {
  log_format format = log_format::text;
  log_level least = log_level::info; ///< Lines below it are dropped.
  /// Lines that wait for a slow reader of the stream; beyond it the oldest are lost.
  std::size_t queue = 8'192;
};

/// A log that writes lines to a stream, in practice stderr, on a thread of its own, so that no
/// caller waits for it. A line is one line: line ends inside a value are escaped. Its end waits
/// until everything is written. The stream and the clock outlive it.
[[nodiscard]] std::unique_ptr<log_sink> make_log(const log_options& options, std::ostream& to,
                                                 const clock& time = system_clock());

} // namespace loa::host
