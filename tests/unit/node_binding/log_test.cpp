#include <bindings/node/log.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

namespace host = loa::host;

namespace {

std::string written(host::log_options options, loa::log_level level, std::string_view message,
                    std::initializer_list<loa::log_field> fields = {}) {
  std::ostringstream out;
  const loa::manual_clock noon(*loa::parse_rfc3339("2025-09-01T12:00:00+07:00"));
  host::make_log(options, out, noon)->write(level, "gateway", message, fields);
  return out.str();
}

} // namespace

TEST_CASE("a line for people shows time, level, component, message and values") {
  CHECK(written({}, loa::log_level::warning, "A client was closed.",
                {{"address", "127.0.0.1"}, {"why", "too slow"}}) ==
        "2025-09-01T12:00:00+07:00 warning gateway: A client was closed. address=127.0.0.1 "
        "why=\"too slow\"\n");
}

TEST_CASE("a line for programs is one JSON object") {
  const auto line = written({.format = host::log_format::json}, loa::log_level::error,
                            "Đầy đĩa \"x\"", {{"unit", "79.769"}});
  const auto read = nlohmann::json::parse(line);
  CHECK(read["level"] == "error");
  CHECK(read["component"] == "gateway");
  CHECK(read["message"] == "Đầy đĩa \"x\"");
  CHECK(read["unit"] == "79.769");
}

TEST_CASE("what a client sends cannot forge a second line or reach the terminal") {
  for (const auto format : {host::log_format::text, host::log_format::json}) {
    const auto line = written({.format = format}, loa::log_level::info, "Odd\nname",
                              {{"name", "a\nb\x1b[31m\xff"}});
    CHECK(std::count(line.begin(), line.end(), '\n') == 1);
    CHECK(line.find('\x1b') == std::string::npos);
  }
}

TEST_CASE("lines below the least level are dropped") {
  CHECK(written({.least = loa::log_level::warning}, loa::log_level::info, "Quiet.").empty());
}
