#include <bench/harness/server_process.hpp>
#include <bench/harness/talking_process.hpp>

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

namespace loa::bench {

namespace {

constexpr auto end_patience = std::chrono::seconds(10);

error failure(const char* what) {
  return {errc::unavailable, fmt::format("{}: {}.", what, std::strerror(errno)), {}};
}

/// Becomes the program. Only what is allowed between fork and exec.
[[noreturn]] void become(char* const* words, int in, int out, int log, pid_t parent) {
  ::setpgid(0, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::dup2(in, STDIN_FILENO);
  ::dup2(out, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execv(words[0], words);
  ::_exit(127);
}

} // namespace

result<talking_process> talking_process::start(const std::vector<std::string>& command,
                                               const std::string& log,
                                               std::function<bool()> stopped) {
  const auto program = find_program(command.front());
  if (program.empty())
    return error{errc::not_found, fmt::format("{} is not installed.", command.front()), {}};
  std::vector<std::string> texts(command);
  texts.front() = program.string();
  std::vector<char*> words;
  words.reserve(texts.size() + 1);
  for (auto& t : texts) words.push_back(t.data());
  words.push_back(nullptr);
  std::array<int, 2> in{};
  std::array<int, 2> out{};
  const int to = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (to < 0 || ::pipe2(in.data(), O_CLOEXEC) != 0 || ::pipe2(out.data(), O_CLOEXEC) != 0)
    return failure("No pipe can be had");
  const auto self = ::getpid();
  const auto id = ::fork();
  if (id == 0) become(words.data(), in[0], out[1], to, self);
  for (const auto fd : {in[0], out[1], to}) ::close(fd);
  talking_process made(command.front(), id, in[1], out[0], std::move(stopped));
  if (id < 0) return failure("No process can be started");
  return made;
}

talking_process::talking_process(talking_process&& other) noexcept
    : name_(std::move(other.name_)),
      id_(std::exchange(other.id_, -1)),
      in_(std::exchange(other.in_, -1)),
      out_(std::exchange(other.out_, -1)),
      read_(std::move(other.read_)),
      stopped_(std::move(other.stopped_)) {}

talking_process& talking_process::operator=(talking_process&& other) noexcept {
  std::swap(name_, other.name_);
  std::swap(id_, other.id_);
  std::swap(in_, other.in_);
  std::swap(out_, other.out_);
  std::swap(read_, other.read_);
  std::swap(stopped_, other.stopped_);
  return *this;
}

talking_process::~talking_process() {
  if (in_ >= 0) ::close(in_);
  const auto until = std::chrono::steady_clock::now() + end_patience;
  while (id_ > 0 && ::waitpid(id_, nullptr, WNOHANG) == 0) {
    if (std::chrono::steady_clock::now() > until || stopped_()) ::kill(id_, SIGKILL);
    ::poll(nullptr, 0, 10);
  }
  if (out_ >= 0) ::close(out_);
}

void talking_process::kill() {
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  id_ = -1;
}

void talking_process::say(const std::string& line) {
  const auto text = line + "\n";
  // A line is far shorter than a pipe; if the program has ended, its answer will not come.
  (void)!::write(in_, text.data(), text.size());
}

result<std::string> talking_process::line(std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (const auto end = read_.find('\n'); end != std::string::npos) {
      auto one = read_.substr(0, end);
      read_.erase(0, end + 1);
      return one;
    }
    if (stopped_()) {
      kill();
      return error{errc::unavailable, "Stopped.", {}};
    }
    if (std::chrono::steady_clock::now() > until)
      return error{
          errc::timeout, fmt::format("{} did not answer in {} s.", name_, patience.count()), {}};
    pollfd p{out_, POLLIN, 0};
    if (::poll(&p, 1, 100) <= 0) continue;
    std::array<char, 65'536> buffer;
    const auto n = ::read(out_, buffer.data(), buffer.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return error{errc::unavailable, fmt::format("{} has ended by itself.", name_), {}};
    read_.append(buffer.data(), static_cast<std::size_t>(n));
  }
}

} // namespace loa::bench
