#include <bench/harness/server_process.hpp>

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <netinet/in.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <deque>
#include <fstream>
#include <memory>
#include <thread>
#include <utility>

namespace loa::bench {

namespace {

constexpr auto end_patience = std::chrono::seconds(10);
constexpr auto short_patience = std::chrono::milliseconds(500);

struct identity {
  uid_t user = 0;
  gid_t group = 0;
  bool wanted = false;
};

/// Becomes the program. Only what is allowed between fork and exec.
[[noreturn]] void become(char* const* words, char* const* environment, int log, const identity& who,
                         pid_t parent) {
  ::setpgid(0, 0);
  ::dup2(log, STDOUT_FILENO);
  ::dup2(log, STDERR_FILENO);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  if (who.wanted &&
      (::setgroups(0, nullptr) != 0 || ::setgid(who.group) != 0 || ::setuid(who.user) != 0))
    ::_exit(126);
  // After the change of user, which would undo it.
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != parent) ::_exit(1);
  ::execve(words[0], words, environment);
  ::_exit(127);
}

std::string last_lines(const std::filesystem::path& log) {
  std::ifstream in(log);
  std::deque<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    lines.push_back(line.substr(0, 300));
    if (lines.size() > 8) lines.pop_front();
  }
  std::string out;
  for (const auto& l : lines) out += "\n  " + l;
  return out;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (auto& t : texts) out.push_back(t.data());
  out.push_back(nullptr);
  return out;
}

sockaddr_in loopback(std::uint16_t port) {
  sockaddr_in a{};
  a.sin_family = AF_INET;
  a.sin_port = htons(port);
  a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return a;
}

} // namespace

result<server_process> server_process::start(plan p, std::function<bool()> stopped) {
  const auto program = find_program(p.command.front());
  if (program.empty())
    return error{errc::not_found, fmt::format("{} is not installed.", p.command.front()), {}};
  p.command.front() = program.string();
  identity who;
  if (!p.user.empty()) {
    const auto* entry = ::getpwnam(p.user.c_str());
    if (!entry) return error{errc::not_found, fmt::format("There is no user {}.", p.user), {}};
    who = {entry->pw_uid, entry->pw_gid, true};
  }
  const int log = ::open(p.log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (log < 0)
    return error{errc::storage,
                 fmt::format("{}: cannot be written: {}.", p.log.string(), std::strerror(errno)),
                 {}};
  std::vector<std::string> environment = p.environment;
  for (char** e = environ; *e != nullptr; ++e) environment.emplace_back(*e);
  auto words = pointers(p.command);
  auto variables = pointers(environment);
  const auto self = ::getpid();
  const auto id = ::fork();
  if (id == 0) become(words.data(), variables.data(), log, who, self);
  ::close(log);
  if (id < 0)
    return error{
        errc::unavailable, fmt::format("No process can be started: {}.", std::strerror(errno)), {}};
  return server_process(id, std::move(p), std::move(stopped));
}

server_process::server_process(server_process&& other) noexcept
    : id_(std::exchange(other.id_, -1)),
      plan_(std::move(other.plan_)),
      stopped_(std::move(other.stopped_)) {}

server_process& server_process::operator=(server_process&& other) noexcept {
  std::swap(id_, other.id_);
  std::swap(plan_, other.plan_);
  std::swap(stopped_, other.stopped_);
  return *this;
}

server_process::~server_process() {
  end();
}

bool server_process::runs() {
  if (id_ <= 0) return false;
  if (::waitpid(id_, nullptr, WNOHANG) == 0) return true;
  id_ = -1;
  return false;
}

void server_process::end() {
  if (id_ <= 0) return;
  const auto group = -id_;
  ::kill(id_, plan_.end_with);
  const auto began = std::chrono::steady_clock::now();
  while (runs()) {
    const auto waited = std::chrono::steady_clock::now() - began;
    if (waited > end_patience || (waited > short_patience && stopped_())) {
      // What it started itself as well, which would have to notice that nobody is above it.
      ::kill(group, SIGKILL);
      ::kill(id_, SIGKILL);
    }
    ::poll(nullptr, 0, 5);
  }
}

void server_process::kill() {
  if (id_ <= 0) return;
  ::kill(id_, SIGKILL);
  ::waitpid(id_, nullptr, 0);
  id_ = -1;
}

result<void> server_process::wait_until(const std::function<bool()>& serves,
                                        std::chrono::seconds patience) {
  const auto until = std::chrono::steady_clock::now() + patience;
  for (;;) {
    if (stopped_()) return error{errc::unavailable, "Stopped.", {}};
    if (serves()) return {};
    const bool ended = !runs();
    if (!ended && std::chrono::steady_clock::now() < until) {
      std::this_thread::sleep_for(std::chrono::milliseconds(2));
      continue;
    }
    return error{errc::unavailable,
                 fmt::format("{} {}. Its last words:{}",
                             std::filesystem::path(plan_.command.front()).filename().string(),
                             ended ? std::string("has ended")
                                   : fmt::format("did not come to serve in {} s", patience.count()),
                             last_lines(plan_.log)),
                 {}};
  }
}

std::filesystem::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos)
    return ::access(name.c_str(), X_OK) == 0 ? std::filesystem::path(name)
                                             : std::filesystem::path();
  const char* path = std::getenv("PATH");
  std::string places = path != nullptr ? path : "";
  places += ":/usr/sbin:/usr/bin:/usr/lib/postgresql/15/bin";
  for (std::size_t at = 0; at <= places.size();) {
    const auto end = std::min(places.find(':', at), places.size());
    auto file = std::filesystem::path(places.substr(at, end - at)) / name;
    if (::access(file.c_str(), X_OK) == 0) return file;
    at = end + 1;
  }
  return {};
}

std::string first_line_of(const std::string& command) {
  const std::unique_ptr<FILE, int (*)(FILE*)> out(::popen((command + " 2>&1").c_str(), "re"),
                                                  ::pclose);
  char line[512] = "";
  if (!out || std::fgets(line, sizeof line, out.get()) == nullptr) return {};
  std::string text = line;
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

bool port_answers(std::uint16_t port) {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const auto to = loopback(port);
  const bool answers = ::connect(s, reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0;
  ::close(s);
  return answers;
}

result<std::uint16_t> free_port() {
  const int s = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  auto at = loopback(0);
  socklen_t length = sizeof at;
  const bool good = ::bind(s, reinterpret_cast<sockaddr*>(&at), sizeof at) == 0 &&
                    ::getsockname(s, reinterpret_cast<sockaddr*>(&at), &length) == 0;
  ::close(s);
  if (!good) return error{errc::unavailable, "No port of 127.0.0.1 is free.", {}};
  return ntohs(at.sin_port);
}

} // namespace loa::bench
