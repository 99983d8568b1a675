#include <loa/base/log.hpp>

#include <catch2/catch.hpp>

#include <string>
#include <vector>

using namespace loa;

namespace {

class kept_lines : public log_sink {
public:
  void write(log_level level, std::string_view component, std::string_view message,
             std::initializer_list<log_field> fields) override {
    std::string line = std::to_string(static_cast<int>(level)) + " ";
    line.append(component).append(": ").append(message);
    for (const auto& f : fields) line.append(" ").append(f.key).append("=").append(f.value);
    lines.push_back(std::move(line));
  }
  std::vector<std::string> lines;
};

} // namespace

TEST_CASE("a sink gets level, component, sentence and values in their order") {
  kept_lines kept;
  log_sink& sink = kept;
  sink.write(log_level::warning, "store", "The disk is slow.", {{"ms", "120"}, {"file", "data"}});
  sink.write(log_level::info, "node", "It runs.");
  REQUIRE(kept.lines.size() == 2);
  CHECK(kept.lines[0] == "2 store: The disk is slow. ms=120 file=data");
  CHECK(kept.lines[1] == "1 node: It runs.");
}

TEST_CASE("levels are ordered, so that a sink can leave out what is below one") {
  CHECK(log_level::debug < log_level::info);
  CHECK(log_level::info < log_level::warning);
  CHECK(log_level::warning < log_level::error);
}

TEST_CASE("the sink that drops everything is one for the program and takes anything") {
  auto& sink = no_log();
  CHECK(&sink == &no_log());
  CHECK_NOTHROW(sink.write(log_level::error, "", "", {}));
  CHECK_NOTHROW(sink.write(static_cast<log_level>(99), "\xff", std::string(1 << 20, 'x'),
                           {{"key", std::string_view()}}));
}

TEST_CASE("a line for standard error is logfmt, and no value can forge a second line or a field") {
  CHECK(log_line("2026-09-01T05:00:00+07:00", log_level::error, "entity", "An entity crashed.",
                 {{"name", "unit/79"}, {"reason", "x\nlevel=info \"done\""}, {"empty", ""}}) ==
        "time=2026-09-01T05:00:00+07:00 level=error component=entity "
        "message=\"An entity crashed.\" name=unit/79 "
        "reason=\"x\\x0alevel=info \\\"done\\\"\" empty=\"\"");
}

TEST_CASE("Vietnamese text stands as it is in a line for standard error") {
  CHECK(log_line("t", log_level::warning, "unit", "Ngập.", {{"where", "chợ"}}) ==
        "time=t level=warning component=unit message=Ngập. where=chợ");
}
