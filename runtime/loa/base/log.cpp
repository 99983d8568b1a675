#include <loa/base/log.hpp>
#include <loa/base/time.hpp>

#include <unistd.h>

#include <algorithm>

namespace loa {

namespace {

class silent : public log_sink {
public:
  void write(log_level, std::string_view, std::string_view,
             std::initializer_list<log_field>) override {}
};

std::string_view to_string(log_level level) {
  switch (level) {
  case log_level::debug:
    return "debug";
  case log_level::info:
    return "info";
  case log_level::warning:
    return "warning";
  case log_level::error:
    return "error";
  }
  return "error";
}

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}

/// In quotes where it holds anything that would end it.
std::string quoted(std::string_view text) {
  const auto ends = [](char c) { return is_control(c) || c == ' ' || c == '"' || c == '='; };
  if (!text.empty() && std::ranges::none_of(text, ends)) return std::string(text);
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : text) {
    if (is_control(c)) {
      const auto n = static_cast<unsigned char>(c);
      out.append("\\x").append(1, digits[n >> 4]).append(1, digits[n & 15]);
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

/// One `write` for each line, so that lines of several threads do not mix.
class standard_error : public log_sink {
public:
  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (level < log_level::warning) return;
    const auto line =
        log_line(format_rfc3339(system_clock().now()), level, component, message, fields) + '\n';
    // A standard error that takes nothing must not stop whoever has something to say.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
  }
};

} // namespace

std::string log_line(std::string_view time, log_level level, std::string_view component,
                     std::string_view message, std::initializer_list<log_field> fields) {
  std::string line;
  const auto add = [&](std::string_view key, std::string_view value) {
    if (!line.empty()) line += ' ';
    line.append(key).append("=").append(quoted(value));
  };
  add("time", time);
  add("level", to_string(level));
  add("component", component);
  add("message", message);
  for (const auto& f : fields) add(f.key, f.value);
  return line;
}

log_sink& no_log() {
  static silent the_sink;
  return the_sink;
}

log_sink& standard_error_log() {
  static standard_error the_sink;
  return the_sink;
}

} // namespace loa
