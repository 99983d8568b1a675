#include "program.hpp"

#include <catch2/catch.hpp>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace loa::system_test {

using namespace std::chrono_literals;

namespace {

constexpr auto patience = 60s;

struct pipe_ends {
  int read = -1;
  int write = -1;
};

pipe_ends make_pipe() {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_CLOEXEC) == 0);
  return {ends[0], ends[1]};
}

/// Starts the program; both ends of its output are the caller's to close.
pid_t start(const std::vector<std::string>& arguments, int out, int err) {
  std::vector<char*> argv{const_cast<char*>(LOA_PROGRAM)};
  for (const auto& a : arguments) argv.push_back(const_cast<char*>(a.c_str()));
  argv.push_back(nullptr);
  const auto parent = ::getpid();
  const auto pid = ::fork();
  REQUIRE(pid >= 0);
  if (pid > 0) return pid;
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(126);
  ::dup2(::open("/dev/null", O_RDONLY | O_CLOEXEC), STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(err, STDERR_FILENO);
  ::execv(LOA_PROGRAM, argv.data());
  ::_exit(127);
}

int watch_of(pid_t pid) {
  const auto watch = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  REQUIRE(watch >= 0);
  return watch;
}

/// Reaps the process if it ends in time.
std::optional<int> reap(pid_t pid, int watch, std::chrono::milliseconds at_most) {
  pollfd ready{watch, POLLIN, 0};
  if (::poll(&ready, 1, static_cast<int>(at_most.count())) <= 0) return std::nullopt;
  int status = 0;
  if (::waitpid(pid, &status, 0) != pid) return std::nullopt;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

std::string read_all(int from) {
  std::string all;
  std::array<char, 16384> block{};
  for (;;) {
    const auto n = ::read(from, block.data(), block.size());
    if (n <= 0) return all;
    all.append(block.data(), static_cast<std::size_t>(n));
  }
}

} // namespace

outcome loa_says(const std::vector<std::string>& arguments) {
  const auto out = make_pipe();
  const auto err = make_pipe();
  const auto pid = start(arguments, out.write, err.write);
  ::close(out.write);
  ::close(err.write);
  const int watch = watch_of(pid);
  outcome o;
  std::thread errors([&] { o.err = read_all(err.read); });
  std::thread words([&] { o.out = read_all(out.read); });
  auto code = reap(pid, watch, patience);
  if (!code) {
    ::kill(pid, SIGKILL);
    code = reap(pid, watch, patience);
  }
  errors.join();
  words.join();
  for (int fd : {out.read, err.read, watch}) ::close(fd);
  o.code = code.value_or(-1);
  return o;
}

node_process::node_process(const std::filesystem::path& config) {
  const auto err = make_pipe();
  pid_ = start({"node", config.string()}, err.write, err.write);
  ::close(err.write);
  output_ = err.read;
  watch_ = watch_of(pid_);
  listener_ = std::thread([this] { listen(); });

  constexpr std::string_view serves = "The node serves.";
  constexpr std::string_view address = "127.0.0.1:";
  std::unique_lock lock(mutex_);
  heard_.wait_for(lock, patience,
                  [&] { return silent_ || said_.find(serves) != std::string::npos; });
  const auto at = said_.find(address, std::min(said_.find(serves), said_.size()));
  if (at != std::string::npos)
    port_ = static_cast<std::uint16_t>(std::atoi(said_.c_str() + at + address.size()));
}

node_process::~node_process() {
  kill();
  listener_.join();
  ::close(output_);
  ::close(watch_);
}

void node_process::listen() {
  std::array<char, 16384> block{};
  for (;;) {
    const auto n = ::read(output_, block.data(), block.size());
    const std::lock_guard lock(mutex_);
    if (n > 0)
      said_.append(block.data(), static_cast<std::size_t>(n));
    else
      silent_ = true;
    // A line is heard as a whole.
    if (n <= 0 || said_.back() == '\n') heard_.notify_all();
    if (n <= 0) return;
  }
}

bool node_process::alive() const {
  pollfd ready{watch_, POLLIN, 0};
  return !code_ && ::poll(&ready, 1, 0) == 0;
}

std::string node_process::said() const {
  const std::lock_guard lock(mutex_);
  return said_;
}

void node_process::signal(int number) const {
  if (!code_) ::kill(pid_, number);
}

std::optional<int> node_process::ended_within(std::chrono::milliseconds at_most) {
  if (!code_) code_ = reap(pid_, watch_, at_most);
  if (!code_) return code_;
  std::unique_lock lock(mutex_);
  heard_.wait_for(lock, patience, [&] { return silent_; }); // its last words are on their way
  return code_;
}

void node_process::kill() {
  signal(SIGKILL);
  ended_within(patience);
}

} // namespace loa::system_test
