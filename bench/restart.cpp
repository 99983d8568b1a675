// How soon a node that was killed serves again, with many citizens and reports in its journal.

#include <bench/client/figures.hpp>
#include <bench/client/http_text.hpp>
#include <bench/client/sockets.hpp>
#include <bindings/node/ask_window.hpp>
#include <bindings/node/split_driver.hpp>
#include <bindings/node/station.hpp>
#include <loa/protocol/citizen.hpp>
#include <loa/protocol/unit.hpp>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>

#include <chrono>
#include <filesystem>
#include <thread>

namespace {

using namespace loa;
using steady = std::chrono::steady_clock;

struct options {
  std::string loa = "build/release/bin/loa";
  std::string config;
  std::size_t citizens = 1'000'000;
  std::size_t reports = 100'000;
  int rounds = 5;
};

/// Clients that take whatever comes.
class silent_clients final : public node::driver {
public:
  void call(const name&, std::uint64_t, const wire::value&) override {}
  bool deliver(const name&, std::uint64_t, const node::feed_entry_ptr&) override { return true; }
  void restarted(const name&) override {}
};

/// Lets so many citizens follow the lowest units, each with a slot in its unit's journal, and so
/// many reports come in. The last one's code.
result<model::report_code> fill(const host::config& config, const options& o) {
  silent_clients clients;
  host::station_parts parts;
  parts.citizens = &clients;
  auto opened = host::station::open(config, std::move(parts));
  if (!opened) return opened.error();
  auto& station = **opened;
  std::vector<path> lowest;
  for (const auto& u : station.tree().all())
    if (station.tree().children(u.unit).empty()) lowest.push_back(u.unit);
  const auto unit_of = [&](std::size_t i) { return lowest[i % lowest.size()]; };

  host::ask_window citizens(station.node(), 16'384);
  for (std::size_t i = 0; i < o.citizens; ++i)
    citizens.ask(name::of("citizen", *path::parse(fmt::format("c{}", i))),
                 wire::value::of(
                     citizen::attach{host::in_process | i, {{unit_of(i), std::nullopt}}, false}));
  if (auto done = citizens.finish(); !done) return done.error();

  host::ask_window reports(station.node(), 4'096);
  model::report_code code;
  for (std::size_t i = 0; i < o.reports; ++i) {
    code = model::make_report_code(unit_of(i), system_random());
    model::report_request r;
    r.citizen = fmt::format("c{}", i);
    r.category = "giao-thong";
    r.text = "Đường ngập sâu trước chợ, xe máy không đi qua được từ sáng nay.";
    reports.ask(name::of("unit", unit_of(i)),
                wire::value::of(unit::submit_report{std::move(r), code}));
  }
  if (auto done = reports.finish(); !done) return done.error();
  if (!station.stop(std::chrono::seconds(60)))
    return error{errc::unavailable, "The node did not come to rest.", {}};
  return code;
}

/// The status of a GET on a connection of its own; 0 while nobody listens.
int get(std::uint16_t port, std::string_view target) {
  bench::descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(port);
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) != 0) return 0;
  bench::send_all(socket, fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", target));
  std::string in;
  char buffer[4096];
  for (;;) {
    const auto n = ::recv(socket.get(), buffer, sizeof buffer, 0);
    if (n <= 0) return 0;
    in.append(buffer, static_cast<std::size_t>(n));
    if (const auto answer = bench::whole_response(in)) return answer->status;
  }
}

struct start {
  double ready_ms = 0;    ///< From the exec to the first good answer of /readyz.
  double answered_ms = 0; ///< To a report, as its citizen reads it.
};

/// Starts the program, waits until it serves, and kills it.
start start_and_kill(const options& o, std::uint16_t port, const std::string& code) {
  const auto begin = steady::now();
  const auto since = [&] {
    return std::chrono::duration<double, std::milli>(steady::now() - begin).count();
  };
  pid_t child = 0;
  const char* const words[] = {o.loa.c_str(), "node", o.config.c_str(), nullptr};
  if (::posix_spawn(&child, o.loa.c_str(), nullptr, nullptr, const_cast<char* const*>(words),
                    environ) != 0)
    bench::give_up("cannot start " + o.loa);
  const auto wait_for = [&](const std::string& target) {
    int status = 0;
    while ((status = get(port, target)) != 200 && since() < 60'000)
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    return status == 200 ? since() : -1;
  };
  start s;
  s.ready_ms = wait_for("/readyz");
  s.answered_ms = s.ready_ms < 0 ? -1 : wait_for("/v1/reports/" + code);
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  if (s.answered_ms < 0)
    bench::give_up("the node did not come to serve in 60 s; its last words are above");
  return s;
}

int run(const options& o) {
  auto checked = host::read_config(o.config);
  for (const auto& m : checked.mistakes) fmt::print(stderr, "{}\n", m.to_string());
  if (!checked.value) return 1;
  const auto begin = steady::now();
  const auto filled = fill(*checked.value, o);
  if (!filled) {
    fmt::print(stderr, "bench_restart: {}\n", filled.error().to_string());
    return 1;
  }
  fmt::print(stderr, "{} citizens and {} reports after {:.1f} s\n", o.citizens, o.reports,
             std::chrono::duration<double>(steady::now() - begin).count());
  const auto where = host::endpoint::parse(checked.value->http.listen);
  std::vector<double> ready;
  std::vector<double> answered;
  for (int i = 0; i < o.rounds; ++i) {
    const auto s = start_and_kill(o, where->port, *filled);
    ready.push_back(s.ready_ms);
    answered.push_back(s.answered_ms);
  }
  fmt::print("{{\"citizens\":{},\"reports\":{},\"ready_ms\":{},\"median_ready_ms\":{:.1f},"
             "\"answered_ms\":{},\"median_answered_ms\":{:.1f}}}\n",
             o.citizens, o.reports, bench::json_array(ready), bench::median(ready),
             bench::json_array(answered), bench::median(answered));
  return 0;
}

} // namespace

int main(int argc, char** argv) {
  options o;
  CLI::App app("Fills the journal of a node with citizens and reports, then starts the node, waits "
               "until it serves and kills it, several times. One line of JSON on stdout.");
  app.add_option("config", o.config, "The node's config, of a data directory that may be filled")
      ->required()
      ->check(CLI::ExistingFile);
  app.add_option("--loa", o.loa, "The program")->check(CLI::ExistingFile);
  app.add_option("--citizens", o.citizens, "Names that its units know")
      ->check(CLI::Range(1, 10'000'000));
  app.add_option("--reports", o.reports, "Reports received")->check(CLI::Range(1, 10'000'000));
  app.add_option("--rounds", o.rounds, "Starts")->check(CLI::Range(1, 1000));
  CLI11_PARSE(app, argc, argv);
  return run(o);
}
