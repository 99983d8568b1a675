#include "program.hpp"

#include <catch2/catch.hpp>
#include <unistd.h>

#include <cstdlib>
#include <fstream>

using namespace loa::system_test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

/// A cluster of three nodes as "loa cluster init" writes it, ended and gone with the test.
class cluster_of_three {
public:
  cluster_of_three() {
    std::string pattern = (fs::temp_directory_path() / "loa-start-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
    std::ofstream(dir_ / "city.json") << R"({"source": "a test", "root": {
      "code": "79", "name": "Thành phố", "tier": "city", "children": [
        {"code": "760", "name": "Quận 1", "tier": "district"},
        {"code": "769", "name": "Thành phố Thủ Đức", "tier": "district"}]}})";
    // One test program runs at a time; ports that depend on it are not those of one just ended.
    const auto port = 20'000 + getpid() % 10'000;
    const auto made = loa_says({"cluster", "init", "--hierarchy", (dir_ / "city.json").string(),
                                "--out", (dir_ / "c").string(), "--base-port", std::to_string(port),
                                "--http-port", std::to_string(port + 20)});
    REQUIRE(made.code == 0);
  }
  ~cluster_of_three() {
    (void)stop();
    fs::remove_all(dir_);
  }
  cluster_of_three(const cluster_of_three&) = delete;
  cluster_of_three& operator=(const cluster_of_three&) = delete;

  [[nodiscard]] fs::path file(const std::string& name) const { return dir_ / "c" / name; }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(file(name));
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void start_aside() const { REQUIRE(sh(file("start").string() + " >start.out 2>&1 &") == 0); }
  /// Starts it and waits for its end, which must come without another's doing.
  [[nodiscard]] int start() const {
    return sh("timeout 60 " + file("start").string() + " >again.out 2>&1");
  }
  [[nodiscard]] int stop() const { return sh(file("stop").string() + " >stop.out 2>&1"); }
  /// True once a file of the cluster has that text; false after a minute without.
  [[nodiscard]] bool comes(const std::string& name, const std::string& text) const {
    for (int i = 0; i < 600; ++i) {
      if (read(name).find(text) != std::string::npos) return true;
      std::this_thread::sleep_for(100ms);
    }
    return false;
  }
  [[nodiscard]] std::size_t running() const {
    std::size_t count = 0;
    for (const auto& node : fs::directory_iterator(file("nodes")))
      if (fs::exists(node.path() / "pid")) ++count;
    return count;
  }

private:
  [[nodiscard]] int sh(const std::string& command) const {
    const auto all = "cd " + (dir_ / "c").string() + " && LOA=" LOA_PROGRAM " " + command;
    return std::system(all.c_str());
  }
  fs::path dir_;
};

} // namespace

TEST_CASE(
    "the script of a new cluster starts all nodes, tells when they are ready, and ends them") {
  const cluster_of_three c;
  c.start_aside();
  INFO(c.read("start.out"));
  REQUIRE(c.comes("start.out", "are ready"));
  CHECK(c.running() == 3);
  CHECK(c.start() != 0);
  CHECK_THAT(c.read("again.out"), Catch::Contains("runs already"));
  CHECK(c.running() == 3);
  CHECK(c.stop() == 0);
  CHECK(c.running() == 0);
  CHECK(c.comes("start.out", "All nodes have ended."));
  CHECK_THAT(c.read("nodes/city-79/log"), Catch::Contains("The node has stopped."));
}

TEST_CASE("where one node of a new cluster cannot start the script says why and ends the others") {
  const cluster_of_three c;
  std::ofstream(c.file("nodes/district-769/node.json")) << R"({"name": "district-769"})";
  CHECK(c.start() != 0);
  CHECK_THAT(c.read("again.out"),
             Catch::Contains("/hierarchy") && Catch::Contains("district-769 could not start"));
  CHECK(c.running() == 0);
}
