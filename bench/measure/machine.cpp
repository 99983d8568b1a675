#include <bench/measure/machine.hpp>
#include <bench/measure/spread.hpp>

#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

#ifndef LOA_BENCH_COMMIT
#define LOA_BENCH_COMMIT ""
#endif
#ifndef LOA_BENCH_BUILD
#define LOA_BENCH_BUILD ""
#endif
#ifndef LOA_VERSION
#define LOA_VERSION ""
#endif

namespace loa::bench {

namespace {

/// Written by cmake/commit.cmake when Loa is built.
constexpr const char* commit_of_build =
#include <commit.inc>
    ;

/// Beyond these a sceptic would object.
constexpr double most_generator_busy = 0.9;
constexpr double most_others = 0.1;
constexpr double most_stolen = 0.02;

/// What stands behind the first "key<separator>" of a file of such lines.
std::string value_in(const char* file, std::string_view key, char separator) {
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with(key)) continue;
    const auto at = line.find(separator);
    if (at == std::string::npos) continue;
    auto value = line.substr(line.find_first_not_of(" \t\"", at + 1));
    if (!value.empty() && value.back() == '"') value.pop_back();
    return value;
  }
  return {};
}

/// "MemAvailable:   123 kB" in octets.
std::uint64_t memory_of(const char* file, std::string_view key) {
  const auto text = value_in(file, key, ':');
  return text.empty() ? 0 : std::strtoull(text.c_str(), nullptr, 10) * 1024;
}

double ticks_to_seconds(double ticks) {
  static const auto hertz = static_cast<double>(::sysconf(_SC_CLK_TCK));
  return ticks / hertz;
}

} // namespace

circumstances look_around() {
  circumstances c;
  c.processor = value_in("/proc/cpuinfo", "model name", ':');
  c.cores = std::thread::hardware_concurrency();
  c.memory = memory_of("/proc/meminfo", "MemTotal");
  c.system = value_in("/etc/os-release", "PRETTY_NAME", '=');
  utsname kernel{};
  if (::uname(&kernel) == 0) c.kernel = fmt::format("{} {}", kernel.sysname, kernel.release);
#ifdef __clang__
  c.compiler = __VERSION__;
#else
  c.compiler = "GCC " __VERSION__;
#endif
  c.build = LOA_BENCH_BUILD;
  c.version = LOA_VERSION;
  c.commit = commit_of_build;
  return c;
}

std::string shell_word(const std::string& word) {
  const auto harmless = [](unsigned char c) {
    return std::isalnum(c) != 0 ||
           std::string_view("-_./:,=+@%").find(char(c)) != std::string::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, harmless)) return word;
  std::string out = "'";
  for (const auto c : word) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string without_directory(const std::string& word) {
  const auto value = word.starts_with("--") ? word.find('=') + 1 : 0; // 0 without a sign
  const std::filesystem::path path(word.substr(value));
  const bool elsewhere = path.is_absolute() || std::ranges::find(path, "..") != path.end();
  if (!elsewhere) return word;
  const auto last = path.has_filename() ? path.filename() : path.parent_path().filename();
  return word.substr(0, value) + (last.empty() || last == ".." ? "." : last.string());
}

std::string command_line() {
  std::ifstream in("/proc/self/cmdline");
  std::string out;
  for (std::string word; std::getline(in, word, '\0');)
    out += out.empty() ? shell_word(word.substr(word.rfind('/') + 1))
                       : ' ' + shell_word(without_directory(word));
  return out;
}

room room_here() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return {limit.rlim_max, memory_of("/proc/meminfo", "MemAvailable")};
}

void raise_file_limit() {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

std::uint64_t resident_memory(int process) {
  return memory_of(fmt::format("/proc/{}/status", process).c_str(), "RssAnon");
}

double processor_seconds(int process) {
  std::ifstream in(fmt::format("/proc/{}/stat", process));
  std::string text((std::istreambuf_iterator<char>(in)), {});
  // The name in brackets may contain anything; fields 14 to 17 are counted from behind it.
  const auto name_ends = text.rfind(')');
  if (name_ends == std::string::npos) return 0;
  std::istringstream fields(text.substr(name_ends + 1));
  std::string skipped;
  for (int i = 3; i < 14; ++i) fields >> skipped;
  double sum = 0;
  for (int i = 14; i <= 17; ++i) {
    double ticks = 0;
    fields >> ticks;
    sum += ticks;
  }
  return ticks_to_seconds(sum);
}

double thread_seconds(int process, std::string_view name) {
  double sum = 0;
  std::error_code gone;
  for (const auto& task :
       std::filesystem::directory_iterator(fmt::format("/proc/{}/task", process), gone)) {
    std::string called;
    std::getline(std::ifstream(task.path() / "comm"), called);
    if (!name.empty() && called != name) continue;
    std::ifstream in(task.path() / "schedstat");
    double nanoseconds = 0;
    in >> nanoseconds;
    sum += nanoseconds / 1e9;
  }
  return sum;
}

noise_watch::noise_watch(std::vector<int> measured)
    : measured_(std::move(measured)),
      began_(std::chrono::steady_clock::now()),
      before_(read()) {}

noise_watch::reading noise_watch::read() const {
  reading r;
  std::ifstream in("/proc/stat");
  std::string cpu;
  in >> cpu;
  // user, nice, system, idle, iowait, irq, softirq, steal
  for (int i = 0; i < 8; ++i) {
    double ticks = 0;
    in >> ticks;
    r.all += ticks_to_seconds(ticks);
    if (i == 7)
      r.stolen = ticks_to_seconds(ticks);
    else if (i != 3 && i != 4)
      r.worked += ticks_to_seconds(ticks);
  }
  rusage own{};
  ::getrusage(RUSAGE_SELF, &own);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  r.own = seconds(own.ru_utime) + seconds(own.ru_stime);
  for (const auto p : measured_) r.measured += processor_seconds(p);
  return r;
}

disturbance noise_watch::since(std::chrono::nanoseconds busy) const {
  const auto now = read();
  const auto wall = std::chrono::steady_clock::now() - began_;
  const auto all = std::max(now.all - before_.all, 1e-9);
  disturbance d;
  d.generator_busy = std::chrono::duration<double>(busy) / std::chrono::duration<double>(wall);
  d.generator_cpu = now.own - before_.own;
  const auto others = (now.worked - before_.worked) - d.generator_cpu -
                      std::max(0.0, now.measured - before_.measured);
  d.others_cpu = std::clamp(others / all, 0.0, 1.0);
  d.stolen = (now.stolen - before_.stolen) / all;
  return d;
}

std::vector<std::string> doubts(const contender_record& about) {
  std::vector<double> busy;
  std::vector<double> others;
  std::vector<double> stolen;
  for (const auto& r : about.repetitions) {
    busy.push_back(r.disturbed.generator_busy);
    others.push_back(r.disturbed.others_cpu);
    stolen.push_back(r.disturbed.stolen);
  }
  std::vector<std::string> out;
  const auto percent = [](const std::vector<double>& v) { return 100 * spread_of(v).median; };
  if (percent(busy) > 100 * most_generator_busy)
    out.push_back(
        fmt::format("{}: the load generator was at work {:.0f} % of the time; it may have "
                    "been the bottleneck, and {} faster than this says.",
                    about.name, percent(busy), about.name));
  if (percent(others) > 100 * most_others)
    out.push_back(
        fmt::format("{}: other programs took {:.0f} % of the processors; let nothing else "
                    "run and measure again.",
                    about.name, percent(others)));
  if (percent(stolen) > 100 * most_stolen)
    out.push_back(fmt::format("{}: the hypervisor took {:.0f} % of the processors away.",
                              about.name, percent(stolen)));
  return out;
}

} // namespace loa::bench
