#include <bindings/cli/progress.hpp>

#include <catch2/catch.hpp>

#include <sstream>

using namespace loa::cli;
using namespace std::chrono_literals;

namespace {

struct watched {
  std::ostringstream out;
  std::chrono::steady_clock::time_point now{};
  progress shown;
  explicit watched(bool live) : shown(out, live, [this] { return now; }) {}
  void at(std::chrono::milliseconds since_start, std::uint64_t n) {
    now = std::chrono::steady_clock::time_point(since_start);
    shown.at(n);
  }
};

} // namespace

TEST_CASE("what takes less than two seconds is not shown") {
  watched w(false);
  w.shown.begin("Connecting", 100);
  w.at(1'999ms, 99);
  w.shown.end();
  CHECK(w.out.str().empty());
}

TEST_CASE("longer work gets a line every two seconds and a last one") {
  watched w(false);
  w.shown.begin("Connecting", 2'000);
  w.at(2'000ms, 500);
  w.at(2'100ms, 600);
  w.at(4'000ms, 1'000);
  w.at(5'000ms, 2'000);
  w.shown.end();
  CHECK(w.out.str() == "Connecting: 500 of 2 000 (25 %), 2 s\n"
                       "Connecting: 1 000 of 2 000 (50 %), 4 s\n"
                       "Connecting: 2 000 of 2 000 (100 %), 5 s\n");
}

TEST_CASE("a phase does not inherit the time of the one before") {
  watched w(false);
  w.shown.begin("First");
  w.at(3'000ms, 1);
  w.shown.end();
  const auto before = w.out.str();
  w.shown.begin("Second");
  w.at(4'500ms, 1);
  w.shown.end();
  CHECK(w.out.str() == before);
}

TEST_CASE("on a terminal one line is written over and ended once") {
  watched w(true);
  w.shown.begin("Connecting", 10);
  w.at(2'000ms, 5);
  w.at(2'300ms, 7);
  w.shown.end();
  const auto text = w.out.str();
  CHECK(std::count(text.begin(), text.end(), '\n') == 1);
  CHECK(std::count(text.begin(), text.end(), '\r') == 3);
}
