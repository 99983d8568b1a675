#include <bindings/node/log.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <spdlog/async.h>
#include <spdlog/sinks/ostream_sink.h>

#include <algorithm>
#include <iterator>

namespace loa::host {

namespace {

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
  return "?";
}

/// JSON's rules for a text in quotes, which also keep control characters off a terminal.
std::string quoted(std::string_view text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string plain_or_quoted(std::string_view text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
    return c > ' ' && c != '"' && c != '=' && c != '\\' && c < 0x7f;
  });
  return plain ? std::string(text) : quoted(text);
}

class stream_log final : public log_sink {
public:
  stream_log(const log_options& options, std::ostream& to, const clock& time)
      : options_(options),
        time_(time),
        pool_(std::make_shared<spdlog::details::thread_pool>(options.queue, 1)),
        logger_(std::make_shared<spdlog::async_logger>(
            "loa", std::make_shared<spdlog::sinks::ostream_sink_mt>(to, true), pool_,
            spdlog::async_overflow_policy::overrun_oldest)) {
    logger_->set_pattern("%v");
  }

  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields) override {
    if (level < options_.least) return;
    const auto now = format_rfc3339(time_.now());
    logger_->log(spdlog::level::info, options_.format == log_format::json
                                          ? as_json(now, level, component, message, fields)
                                          : as_text(now, level, component, message, fields));
  }

private:
  static std::string as_json(std::string_view now, log_level level, std::string_view component,
                             std::string_view message, std::initializer_list<log_field> fields) {
    auto line = fmt::format(R"({{"time":"{}","level":"{}","component":{},"message":{})", now,
                            to_string(level), quoted(component), quoted(message));
    for (const auto& [key, value] : fields)
      fmt::format_to(std::back_inserter(line), ",{}:{}", quoted(key), quoted(value));
    line += '}';
    return line;
  }

  static std::string as_text(std::string_view now, log_level level, std::string_view component,
                             std::string_view message, std::initializer_list<log_field> fields) {
    auto whole = quoted(message);
    auto line = fmt::format("{} {:<7} {}: {}", now, to_string(level), component,
                            std::string_view(whole).substr(1, whole.size() - 2));
    for (const auto& [key, value] : fields)
      fmt::format_to(std::back_inserter(line), " {}={}", key, plain_or_quoted(value));
    return line;
  }

  log_options options_;
  const clock& time_;
  std::shared_ptr<spdlog::details::thread_pool> pool_;
  std::shared_ptr<spdlog::async_logger> logger_;
};

} // namespace

std::unique_ptr<log_sink> make_log(const log_options& options, std::ostream& to,
                                   const clock& time) {
  return std::make_unique<stream_log>(options, to, time);
}

} // namespace loa::host
