#include <bindings/cli/child_process.hpp>
#include <bindings/cli/demo_files.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace loa::cli {

namespace {

constexpr const char* own_program = "/proc/self/exe";
/// A node needs so long at most to store everything.
constexpr auto end_patience = std::chrono::seconds(15);

/// Becomes the other program. Only what is allowed between fork and exec.
[[noreturn]] void become(char* const* arguments, int output, int inherited, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1); // it has ended already
  ::dup2(output, STDOUT_FILENO);
  ::fcntl(inherited, F_SETFD, 0);
  ::execv(own_program, arguments);
  ::_exit(127);
}

} // namespace

result<child_process> child_process::start(const std::vector<std::string>& arguments,
                                           int inherited) {
  std::array<int, 2> pipe{};
  if (::pipe2(pipe.data(), O_CLOEXEC) != 0)
    return error{errc::storage, fmt::format("No pipe can be had: {}.", std::strerror(errno)), {}};
  std::string name = "loa";
  std::vector<std::string> texts(arguments);
  std::vector<char*> raw{name.data()};
  for (auto& a : texts) raw.push_back(a.data());
  raw.push_back(nullptr);
  const auto self = ::getpid();
  const auto id = ::fork();
  if (id == 0) become(raw.data(), pipe[1], inherited, self);
  ::close(pipe[1]);
  if (id < 0) {
    ::close(pipe[0]);
    return error{
        errc::unavailable, fmt::format("No process can be started: {}.", std::strerror(errno)), {}};
  }
  return child_process(id, pipe[0]);
}

child_process::child_process(child_process&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      output_(std::exchange(other.output_, -1)),
      read_(std::move(other.read_)) {}

child_process& child_process::operator=(child_process&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(output_, other.output_);
  std::swap(read_, other.read_);
  return *this;
}

child_process::~child_process() {
  ask_to_stop();
  wait_for_end();
  if (output_ >= 0) ::close(output_);
}

void child_process::ask_to_stop() {
  if (id_ > 0) ::kill(id_, SIGTERM);
}

void child_process::wait_for_end() {
  const auto until = std::chrono::steady_clock::now() + end_patience;
  while (runs()) {
    if (std::chrono::steady_clock::now() > until) ::kill(id_, SIGKILL);
    ::poll(nullptr, 0, 10);
  }
}

bool child_process::runs() {
  if (id_ <= 0) return false;
  if (::waitpid(id_, nullptr, WNOHANG) == 0) return true;
  id_ = -1;
  return false;
}

std::optional<std::string> child_process::line(std::chrono::milliseconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      auto one = read_.substr(0, end);
      read_.erase(0, end + 1);
      return one;
    }
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        until - std::chrono::steady_clock::now());
    pollfd p{output_, POLLIN, 0};
    if (left.count() < 0 || ::poll(&p, 1, static_cast<int>(left.count())) <= 0) return std::nullopt;
    std::array<char, 4096> buffer{};
    const auto n = ::read(output_, buffer.data(), buffer.size());
    if (n <= 0) return std::nullopt;
    read_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

std::uint64_t child_process::memory() const {
  return id_ > 0 ? resident_memory(std::to_string(id_)) : 0;
}

} // namespace loa::cli
