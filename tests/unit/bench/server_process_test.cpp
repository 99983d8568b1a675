#include <bench/harness/server_process.hpp>
#include <bench/harness/talking_process.hpp>
#include <bench/load/publishing.hpp>

#include <arpa/inet.h>
#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

namespace fs = std::filesystem;
using namespace loa::bench;
using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

namespace {

class some_directory {
public:
  some_directory() {
    std::string pattern = (fs::temp_directory_path() / "loa-server-XXXXXX").string();
    path_ = mkdtemp(pattern.data());
  }
  ~some_directory() { fs::remove_all(path_); }
  [[nodiscard]] fs::path operator/(const char* name) const { return path_ / name; }

private:
  fs::path path_;
};

/// Ctrl-C, so long from now.
std::function<bool()> stopped_after(steady::duration d) {
  return [at = steady::now() + d] { return steady::now() >= at; };
}

/// One that never comes to serve, does not hear that it shall end, and has started another.
server_process::plan deaf(const some_directory& disk) {
  return {{"sh", "-c", "trap '' TERM; sleep 600 & echo $!; while :; do sleep 1; done"},
          disk / "log",
          {},
          {}};
}

int first_number_in(const fs::path& file) {
  int n = 0;
  for (const auto end = steady::now() + 10s; n == 0 && steady::now() < end;
       std::this_thread::sleep_for(5ms))
    std::ifstream(file) >> n;
  return n;
}

/// Gone, or dead and not yet fetched by whoever inherited it.
bool is_gone(int process) {
  std::ifstream in("/proc/" + std::to_string(process) + "/stat");
  std::string id;
  std::string name;
  std::string state;
  return !(in >> id >> name >> state) || state == "Z";
}

} // namespace

TEST_CASE("who wants an end need not wait for a server that never comes to serve") {
  const some_directory disk;
  const auto began = steady::now();
  int server = 0;
  int below = 0;
  {
    auto process = server_process::start(deaf(disk), stopped_after(300ms));
    REQUIRE(process);
    server = process->id();
    below = first_number_in(disk / "log");
    const auto waited = process->wait_until([] { return false; }, 600s);
    REQUIRE_FALSE(waited);
    REQUIRE(waited.error().code == loa::errc::unavailable);
    REQUIRE(steady::now() - began < 700ms);
  }
  REQUIRE(steady::now() - began < 1500ms);
  REQUIRE(::kill(server, 0) == -1);
  REQUIRE(errno == ESRCH);
  for (const auto end = steady::now() + 2s; !is_gone(below) && steady::now() < end;)
    std::this_thread::sleep_for(5ms);
  REQUIRE(is_gone(below));
}

TEST_CASE("a server that ends before it serves says its last words, and not where it lies") {
  const some_directory disk;
  auto process = server_process::start({{"sh", "-c", "echo no room; exit 3"}, disk / "log", {}, {}},
                                       [] { return false; });
  REQUIRE(process);
  const auto waited = process->wait_until([] { return false; }, 10s);
  REQUIRE_FALSE(waited);
  REQUIRE(waited.error().detail == "sh has ended. Its last words:\n  no room");
}

TEST_CASE("who wants an end need not wait for a program that does not answer") {
  const some_directory disk;
  const auto began = steady::now();
  {
    auto process = talking_process::start({"sh", "-c", "sleep 600"}, (disk / "log").string(),
                                          stopped_after(200ms));
    REQUIRE(process);
    REQUIRE_FALSE(process->line(600s));
  }
  REQUIRE(steady::now() - began < 1s);
}

TEST_CASE("who wants an end need not wait for a server that accepts and says nothing") {
  struct silent final : publisher_protocol {
    std::string hello() override { return "HELLO"; }
    std::string publish(const std::string& identifier) override { return identifier; }
    std::size_t take(std::string_view in, publisher_events&) override { return in.size(); }
  };
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in at{};
  at.sin_family = AF_INET;
  at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof at;
  REQUIRE(::bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0);
  REQUIRE(::listen(s, 4) == 0);
  REQUIRE(::getsockname(s, reinterpret_cast<sockaddr*>(&at), &length) == 0);
  const auto began = steady::now();
  const auto opened = publishing::open(
      INADDR_LOOPBACK, ntohs(at.sin_port), 1, [] { return std::make_unique<silent>(); }, 600s,
      stopped_after(200ms));
  REQUIRE_FALSE(opened);
  REQUIRE(steady::now() - began < 1s);
  ::close(s);
}
