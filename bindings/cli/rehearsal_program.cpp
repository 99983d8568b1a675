#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/rehearsal_program.hpp>
#include <loa/sim/account.hpp>

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
#include <ostream>
#include <sstream>
#include <tuple>
#include <vector>

namespace loa::cli {

namespace {

/// A program that says more than this of its seeds says it wrong.
constexpr std::size_t most_account = 64U << 20;

struct pipe_ends {
  int read = -1;
  int write = -1;

  pipe_ends() {
    std::array<int, 2> both{};
    if (::pipe2(both.data(), O_CLOEXEC) == 0) std::tie(read, write) = std::pair(both[0], both[1]);
  }
  ~pipe_ends() {
    close(read);
    close(write);
  }
  pipe_ends(const pipe_ends&) = delete;
  pipe_ends& operator=(const pipe_ends&) = delete;
  static void close(int& end) {
    if (end >= 0) ::close(end);
    end = -1;
  }
};

/// Becomes the program. Only what is allowed between fork and exec.
[[noreturn]] void become(const char* path, char* const* arguments, int output, int witness,
                         int failure, pid_t parent) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != parent) ::_exit(1); // it has ended already
  ::dup2(output, STDOUT_FILENO);
  ::fcntl(witness, F_SETFD, 0);
  ::execv(path, arguments);
  const int why = errno;
  (void)!::write(failure, &why, sizeof why);
  ::_exit(127);
}

/// Hands on what comes from the one end, and keeps what comes from the other, until both are shut.
void listen(int output, int witness, std::ostream& out, std::string& account) {
  std::array<pollfd, 2> ends{pollfd{output, POLLIN, 0}, pollfd{witness, POLLIN, 0}};
  std::array<char, 16'384> part{};
  while (ends[0].fd >= 0 || ends[1].fd >= 0) {
    if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) return;
    for (auto& e : ends) {
      if (e.fd < 0 || e.revents == 0) continue;
      const auto n = ::read(e.fd, part.data(), part.size());
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0)
        e.fd = -1;
      else if (e.fd == output)
        out.write(part.data(), n).flush();
      else if (account.size() < most_account)
        account.append(part.data(), static_cast<std::size_t>(n));
    }
  }
}

/// What a program has said of its seeds.
struct account_given {
  bool greeted = false;
  bool in_order = true;   ///< One line of each seed, in their order.
  std::uint64_t next = 0; ///< The first seed of which nothing was said.
  bool complete = false;
  std::uint64_t broken_under = 0; ///< Seeds that broke something.
};

account_given read_account(const std::string& text, const sim::seed_range& seeds) {
  account_given a;
  a.next = seeds.from;
  std::istringstream lines(text);
  std::string line;
  a.greeted = std::getline(lines, line) && line == "loa simulation 1";
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    std::uint64_t seed = 0;
    std::uint64_t broken = 0;
    std::string hash;
    if (!(words >> seed >> hash >> broken) || a.complete || seed != a.next) {
      a.in_order = false;
      break;
    }
    if (broken > 0) ++a.broken_under;
    if (seed == seeds.to)
      a.complete = true;
    else
      ++a.next;
  }
  return a;
}

int judge(const rehearsal_request& request, const std::string& called_as, const account_given& said,
          int status, streams& io) {
  const auto complain = [&](const std::string& what) {
    return fail(io, {errc::internal, fmt::format("{} {}", request.program, what), {}});
  };
  if (WIFSIGNALED(status)) {
    const auto how =
        fmt::format("ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    if (!said.greeted) return complain(how + ".");
    return complain(
        fmt::format("{} under seed {}. To see it again:\n  {} --seed {} --hours {} "
                    "--faults {}{}",
                    how, said.next, called_as, said.next, request.hours, request.faults,
                    request.nodes.empty() ? "" : " --nodes " + sim::quoted(request.nodes)));
  }
  const int code = WEXITSTATUS(status);
  if (!said.greeted)
    return complain(
        fmt::format("ended with {} and did not speak as a rehearsal does; its main must "
                    "call loa::sim::main.",
                    code));
  if (code == wrong_usage) return wrong_usage; // it has said why
  if (code != done && code != failed)
    return complain(fmt::format("ended with {}, which says nothing; a rehearsal ends with 0, 1 or "
                                "2.",
                                code));
  if (!said.in_order)
    return complain("gave an account of its seeds that makes no sense; it is not believed.");
  if (code == done && !said.complete)
    return complain(fmt::format("ended as if every promise had been kept, but said nothing of seed "
                                "{}; it is not believed.",
                                said.next));
  if ((code == done) != (said.broken_under == 0) && said.complete)
    return complain(fmt::format("ended with {}, though by its own account promises were broken "
                                "under {} seeds; it is not believed.",
                                code, said.broken_under));
  return code;
}

} // namespace

int run_rehearsal(const rehearsal_request& request, streams& io) {
  const auto seeds = sim::parse_seeds(request.seeds);
  if (!seeds) return fail(io, seeds.error()), wrong_usage;
  pipe_ends output, witness, failure;
  if (output.read < 0 || witness.read < 0 || failure.read < 0)
    return fail(io, {errc::unavailable, "No pipe can be had.", {}});

  const auto called_as = "loa simulate --program " + sim::quoted(request.program);
  std::vector<std::string> words = {request.program,
                                    fmt::format("--witness={}", witness.write),
                                    "--called-as=" + called_as,
                                    seeds->one() ? "--seed" : "--seeds",
                                    request.seeds,
                                    "--hours",
                                    request.hours,
                                    "--faults",
                                    request.faults};
  if (!request.nodes.empty()) words.insert(words.end(), {"--nodes", request.nodes});
  if (!request.counts.empty()) words.insert(words.end(), {"--counts", request.counts});
  if (request.json) words.emplace_back("--json");
  std::vector<char*> raw;
  raw.reserve(words.size() + 1);
  for (auto& w : words) raw.push_back(w.data());
  raw.push_back(nullptr);

  const auto self = ::getpid();
  const auto id = ::fork();
  if (id == 0)
    become(request.program.c_str(), raw.data(), output.write, witness.write, failure.write, self);
  if (id < 0)
    return fail(io, {errc::unavailable,
                     fmt::format("No process can be started: {}.", std::strerror(errno)),
                     {}});
  for (auto* p : {&output, &witness, &failure}) pipe_ends::close(p->write);
  std::string account;
  listen(output.read, witness.read, io.out, account);
  int status = 0;
  while (::waitpid(id, &status, 0) < 0 && errno == EINTR) {
  }
  int why = 0;
  if (::read(failure.read, &why, sizeof why) == sizeof why)
    return fail(io, {errc::not_found,
                     fmt::format("{} cannot be started: {}.", request.program, std::strerror(why)),
                     {}});
  return judge(request, called_as, read_account(account, *seeds), status, io);
}

} // namespace loa::cli
