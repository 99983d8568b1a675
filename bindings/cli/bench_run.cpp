#include <bench/measure/machine.hpp>
#include <bench/report/page.hpp>
#include <bindings/cli/bench_places.hpp>
#include <bindings/cli/demo_files.hpp>
#include <bindings/cli/internal/bench.hpp>
#include <bindings/node/config.hpp>
#include <bindings/node/file_writing.hpp>
#include <bindings/node/signals.hpp>
#include <loa/model/cap.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <ostream>
#include <thread>

namespace loa::cli {

namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Asks the conductor to stop when the operating system asks us.
class watcher {
public:
  explicit watcher(bench::conductor& c) : thread_([this, &c] { watch(c); }) {}
  ~watcher() {
    ended_ = true;
    thread_.join();
  }

private:
  void watch(bench::conductor& c) {
    while (!ended_)
      if (signals_.wait(100ms) == host::request::stop) c.stop();
  }

  host::signals signals_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

/// A directory on the disk that is measured, gone at the end.
class scratch_directory {
public:
  explicit scratch_directory(const std::string& below)
      : path_((fs::absolute(below) / fmt::format("loa-bench-{}", ::getpid())).lexically_normal()) {}
  ~scratch_directory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] result<void> make() const {
    std::error_code wrong;
    fs::create_directories(path_, wrong);
    if (!wrong) return {};
    return error{
        errc::storage,
        fmt::format("{}: no directory can be made there ({}); name another with --scratch.",
                    path_.parent_path().string(), wrong.message()),
        {}};
  }
  [[nodiscard]] const fs::path& path() const { return path_; }

private:
  fs::path path_;
};

/// Said before anything starts: a measurement of minutes must not end in a file that cannot be.
result<void> writable(const std::string& file) {
  if (file.empty()) return {};
  const auto where = fs::absolute(file).parent_path();
  if (fs::is_directory(where) && ::access(where.c_str(), W_OK) == 0 && !fs::is_directory(file))
    return {};
  return error{errc::storage, fmt::format("{}: cannot be written there.", file), {}};
}

result<void> write_results(const bench_options& o, const bench::run_record& run, streams& io) {
  if (!o.json.empty()) {
    if (auto good = host::write_output(o.json, bench::to_text(run)); !good) return good.error();
    io.err << "Wrote " << o.json << '\n';
  }
  if (!o.report.empty()) {
    if (auto good = host::write_output(o.report, bench::page_of(run)); !good) return good.error();
    io.err << "Wrote " << o.report << '\n';
  }
  return {};
}

} // namespace

int run_bench(const bench_options& o, const std::vector<bench_measurement>& what, streams& io) {
  for (const auto& file : {o.json, o.report})
    if (auto good = writable(file); !good) return fail(io, good.error());
  if (!o.json.empty() && !o.report.empty() &&
      fs::absolute(o.json).lexically_normal() == fs::absolute(o.report).lexically_normal())
    return fail(io,
                {errc::rule, fmt::format("{}: --json and --report need two files.", o.json), {}});
  const scratch_directory scratch(o.scratch);
  if (auto good = scratch.make(); !good) return fail(io, good.error());
  const auto began = std::chrono::steady_clock::now();
  bench::conductor c({fs::read_symlink("/proc/self/exe"), scratch.path(), o.seed, o.repetitions,
                      o.require_peers, [&](const std::string& line) {
                        const std::chrono::duration<double> since =
                            std::chrono::steady_clock::now() - began;
                        io.err << fmt::format("{:6.0f} s  {}\n", since.count(), line) << std::flush;
                      }});
  const watcher ends(c);
  bench::run_record run{
      bench::command_line(), system_clock().now(), {}, o.seed, bench::look_around(), {}, false};
  std::optional<error> wrong;
  for (const auto& measurement : what) {
    if (c.stopped() || wrong) break;
    bench::section s;
    if (auto good = measurement(c, s); !good && !c.stopped()) wrong = good.error();
    if (!s.contenders.empty()) {
      without_places(s, scratch.path());
      print_section(s, io.out);
      run.sections.push_back(std::move(s));
    }
  }
  run.interrupted = c.stopped();
  run.ended = system_clock().now();
  if (auto good = write_results(o, run, io); !good) return fail(io, good.error());
  if (wrong) return fail(io, *wrong);
  bool all_met = true;
  for (const auto& s : run.sections) {
    print_verdicts(s, io.out);
    for (const auto& v : bench::judge(s)) all_met = all_met && v.met();
  }
  if (c.stopped()) {
    io.err << "loa: stopped before all was measured; what is above is what was.\n";
    return failed;
  }
  return all_met ? done : failed;
}

void add_bench_options(CLI::App& to, bench_options& o) {
  to.add_option("--seed", o.seed, "What is drawn by lot is drawn from this; 1 if left out");
  to.add_option("--repetitions", o.repetitions, "How often each is measured; 5 if left out")
      ->check(CLI::Range(1, 100));
  to.add_option("--json", o.json, "Write all that was measured to this file");
  to.add_option("--report", o.report, "Write a page with pictures to this file");
  to.add_option("--scratch", o.scratch,
                "Data is kept below this directory meanwhile, on the disk that counts")
      ->check(CLI::ExistingDirectory);
}

void add_peer_option(CLI::App& to, std::vector<std::string>& peers,
                     const std::vector<std::string>& known) {
  peers = known;
  auto allowed = known;
  allowed.emplace_back("none");
  to.add_option(
        "--peers", peers,
        fmt::format("Measured beside Loa: {}, or none; all if left out", fmt::join(known, ", ")))
      ->delimiter(',')
      ->check(CLI::IsMember(allowed));
}

result<void> find_hierarchy(std::string& file) {
  if (!file.empty()) return {};
  auto found = find_example("hcmc/2021.json");
  if (!found) return found.error();
  file = found->string();
  return {};
}

result<void> read_alert(std::string file, std::string& text) {
  if (file.empty()) {
    auto found = find_example("alert.xml");
    if (!found) return found.error();
    file = found->string();
  }
  auto read = host::read_file(file, 1U << 20);
  if (!read) return read.error();
  text = *std::move(read);
  // The nodes that are to accept it would say so only when all is ready for it.
  if (auto alert = model::cap::read(text); !alert)
    return error{alert.error().code,
                 fmt::format("{}: this is no CAP alert: {}", file, alert.error().detail),
                 {}};
  return {};
}

std::vector<std::string> chosen(std::vector<std::string> peers) {
  std::erase(peers, "none");
  return peers;
}

} // namespace loa::cli
