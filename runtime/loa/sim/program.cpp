#include <loa/sim/counts.hpp>
#include <loa/sim/internal/crash_note.hpp>
#include <loa/sim/program.hpp>
#include <loa/sim/program_options.hpp>
#include <loa/wire/describe.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <exception>
#include <iostream>
#include <map>

namespace loa::sim {

namespace {

constexpr int kept = 0;
constexpr int broken_or_failed = 1;
constexpr int wrong_usage = 2;

/// An end as JSON.
struct told_promise {
  std::string who, what, at;
  static void describe(auto& self, auto& f) {
    f("who", self.who);
    f("what", self.what);
    f("at", self.at);
  }
};
struct told_end {
  std::uint64_t seed = 0, nodes = 0, faults = 0, restarts = 0;
  std::string trace, at_rest, repeat;
  std::map<std::string, std::uint64_t> figures;
  std::vector<told_promise> broken;
  static void describe(auto& self, auto& f) {
    f("seed", self.seed);
    f("trace", self.trace);
    f("at_rest", self.at_rest);
    f("nodes", self.nodes);
    f("faults", self.faults);
    f("restarts", self.restarts);
    f("figures", self.figures);
    f("broken", self.broken);
    f("repeat", self.repeat);
  }
};

told_end as_told(const rehearsal_end& end, std::string command) {
  told_end t;
  t.seed = end.seed;
  t.nodes = end.nodes;
  t.faults = end.faults;
  t.restarts = end.starts;
  t.trace = fmt::format("{:016x}", end.hash);
  t.at_rest = clock_text(end.ended);
  t.repeat = std::move(command);
  for (const auto& f : end.figures) t.figures[f.what] += f.count;
  for (const auto& b : end.broken) t.broken.push_back({b.who, b.what, clock_text(b.at)});
  return t;
}

/// Where to say how each seed ended; `loa simulate` believes nothing else.
class witness {
public:
  explicit witness(int descriptor) : descriptor_(descriptor) { say("loa simulation 1\n"); }
  void ended(const rehearsal_end& end) const {
    say(fmt::format("{} {:016x} {}\n", end.seed, end.hash, end.broken.size()));
  }

private:
  void say(std::string_view line) const {
    if (descriptor_ >= 0) (void)!::write(descriptor_, line.data(), line.size());
  }
  int descriptor_;
};

class program {
public:
  program(program_options o, std::ostream& out, std::ostream& err, const rehearsal_maker& make)
      : options_(std::move(o)),
        out_(out),
        err_(err),
        make_(make),
        witness_(options_.witness),
        account_(out, options_.seeds, [this](std::uint64_t seed) { return command(seed); }) {}

  int refuse(const error& why) {
    err_ << options_.called_as << ": " << why.to_string() << '\n';
    return wrong_usage;
  }

  int run() {
    nodes_ = options_.nodes != 0 ? options_.nodes : make_()->nodes();
    if (options_.help) return out_ << help_text(options_.called_as, nodes_), kept;
    for (auto seed = options_.seeds.from;; ++seed) {
      if (!try_seed(seed)) return broken_or_failed;
      if (seed == options_.seeds.to) break;
    }
    if (!options_.json) account_.finish();
    if (options_.json)
      out_ << (options_.seeds.one() ? wire::to_json(told_.front(), 2) : wire::to_json(told_, 2))
           << std::endl;
    if (!options_.counts.empty())
      if (auto written = write_counts(options_.counts, counted_here()); !written) {
        err_ << options_.called_as << ": " << written.error().to_string() << '\n';
        return broken_or_failed;
      }
    return bad_ == 0 ? kept : broken_or_failed;
  }

private:
  /// False if it cannot be run at all.
  bool try_seed(std::uint64_t seed) {
    rehearsal_options how;
    how.seed = seed;
    how.nodes = nodes_;
    how.lasts = micros(static_cast<micros::rep>(options_.hours * 3.6e9));
    how.sky = options_.sky;
    if (!options_.json) how.listen = account_.timeline();
    if (options_.witness < 0) // else who started it says so
      set_crash_note(fmt::format("{}: crashed under seed {}. To see it again:\n  {}\n",
                                 options_.called_as, seed, command(seed)));
    const auto end = perform(how);
    if (end && !end->broken.empty()) {
      how.listen = {};
      const auto again = perform(how);
      if (again && again->hash != end->hash)
        err_ << fmt::format("{}: Seed {} went another way when it was tried again. Something "
                            "besides the seed has a say: a global, a clock, an address in "
                            "memory.\n",
                            options_.called_as, seed);
    }
    set_crash_note({});
    if (!end) {
      err_ << fmt::format("{}: Seed {}: {} To see it again:\n  {}\n", options_.called_as, seed,
                          end.error().to_string(), command(seed));
      return false;
    }
    witness_.ended(*end);
    if (!end->broken.empty()) ++bad_;
    if (options_.json)
      told_.push_back(as_told(*end, command(seed)));
    else
      account_.add(*end);
    return true;
  }

  result<rehearsal_end> perform(const rehearsal_options& how) const {
    try {
      const auto what = make_();
      return rehearse(*what, how);
    } catch (const std::exception& e) {
      return error{
          errc::internal, fmt::format("The rehearsal's own code threw: {}.", e.what()), {}};
    }
  }

  [[nodiscard]] std::string command(std::uint64_t seed) const {
    return command_for(options_, seed, nodes_);
  }

  const program_options options_;
  std::ostream& out_;
  std::ostream& err_;
  const rehearsal_maker& make_;
  const witness witness_;
  account account_;
  std::size_t nodes_ = 0;
  std::uint64_t bad_ = 0;
  std::vector<told_end> told_;
};

} // namespace

int run(const std::string& program_name, const std::vector<std::string>& arguments,
        std::ostream& out, std::ostream& err, const rehearsal_maker& make) {
  program_options o;
  o.called_as = quoted(program_name);
  const auto parsed = parse_options(arguments, o);
  program p(std::move(o), out, err, make);
  return parsed ? p.run() : p.refuse(parsed.error());
}

int main(int argc, char** argv, const rehearsal_maker& make) {
  announce_crashes();
  const std::vector<std::string> words(argv, argv + argc);
  if (words.empty()) return run("rehearsal", {}, std::cout, std::cerr, make);
  return run(words.front(), {words.begin() + 1, words.end()}, std::cout, std::cerr, make);
}

} // namespace loa::sim
