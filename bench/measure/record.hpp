#pragma once

#include <bench/measure/histogram.hpp>
#include <loa/base/time.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// \file
/// What a run measured and under which circumstances: what `--json` writes, and what the report,
/// the comparison of two runs and the plan read. A later version of the harness adds optional
/// fields only, so that old results stay readable.
namespace loa::bench {

/// Something that was set or found out: "connections" is "10000".
struct setting {
  std::string name;
  std::string value;
  static void describe(auto& self, auto& f) {
    f("name", self.name);
    f("value", self.value);
  }
  bool operator==(const setting&) const = default;
};

/// The machine, the program and its state at the beginning.
struct circumstances {
  std::string processor;
  std::uint32_t cores = 0;
  std::uint64_t memory = 0; ///< Octets.
  std::string system;       ///< Distribution.
  std::string kernel;
  std::string compiler;
  std::string build; ///< "Release" and so on.
  std::string version;
  /// When it was built, with "-dirty" where sources differed from it; "unknown" outside a
  /// repository.
  std::string commit;
  static void describe(auto& self, auto& f) {
    f("processor", self.processor);
    f("cores", self.cores);
    f("memory", self.memory);
    f("system", self.system);
    f("kernel", self.kernel);
    f("compiler", self.compiler);
    f("build", self.build);
    f("version", self.version);
    f.optional("commit", self.commit);
  }
  bool operator==(const circumstances&) const = default;
};

/// Which way a figure gets better.
enum class better : std::uint8_t { lower, higher, neither };

/// One number of one repetition.
struct figure {
  std::string name; ///< Of the scenario's; the same in all contenders that have it.
  std::string unit; ///< "ms", "B", "1/s", "%"
  double value = 0;
  better is = better::lower;
  static void describe(auto& self, auto& f) {
    f("name", self.name);
    f("unit", self.unit);
    f("value", self.value);
    f("better", self.is);
  }
  bool operator==(const figure&) const = default;
};

/// Many latencies of one repetition, in nanoseconds from the intended time of sending.
struct distribution {
  std::string name;
  histogram::sparse values;
  static void describe(auto& self, auto& f) {
    f("name", self.name);
    f("values", self.values);
  }
  bool operator==(const distribution&) const = default;
};

/// When a cascade reached a level: shares of a repetition's last round.
struct level_reached {
  std::string level; ///< "city", "district", "commune", "session"
  double first_ms = 0;
  double last_ms = 0;
  std::uint64_t count = 0;
  static void describe(auto& self, auto& f) {
    f("level", self.level);
    f("first_ms", self.first_ms);
    f("last_ms", self.last_ms);
    f("count", self.count);
  }
  bool operator==(const level_reached&) const = default;
};

/// What the measuring itself took, and what else the machine did meanwhile.
struct disturbance {
  double generator_busy =
      0;                    ///< Share of the measured time that the load generator's thread worked.
  double generator_cpu = 0; ///< Seconds of processor time that the load generator took.
  double others_cpu = 0;    ///< Share of all processors that neither it nor the measured had.
  double stolen = 0;        ///< Share of all processors that the hypervisor gave to others.
  static void describe(auto& self, auto& f) {
    f("generator_busy", self.generator_busy);
    f("generator_cpu", self.generator_cpu);
    f("others_cpu", self.others_cpu);
    f("stolen", self.stolen);
  }
  bool operator==(const disturbance&) const = default;
};

struct repetition {
  std::vector<figure> figures;
  std::vector<distribution> latencies;
  std::vector<level_reached> levels;
  disturbance disturbed;
  static void describe(auto& self, auto& f) {
    f("figures", self.figures);
    f.optional("latencies", self.latencies);
    f.optional("levels", self.levels);
    f.optional("disturbed", self.disturbed);
  }
  bool operator==(const repetition&) const = default;
};

/// One of those that did the same work. Its repetitions stand in the order of time, and number n of
/// each was made side by side with number n of the others.
struct contender_record {
  std::string name; ///< "Loa", "nats-server", "floor"
  std::string version;
  std::vector<setting> settings;
  std::vector<repetition> repetitions;
  static void describe(auto& self, auto& f) {
    f("name", self.name);
    f("version", self.version);
    f.optional("settings", self.settings);
    f("repetitions", self.repetitions);
  }
  bool operator==(const contender_record&) const = default;
};

/// A promise about a ratio: the median over pairs of ours / theirs is at most this.
struct target {
  std::string figure;
  std::string than; ///< The other contender's name.
  double at_most = 1;
  static void describe(auto& self, auto& f) {
    f("figure", self.figure);
    f("than", self.than);
    f("at_most", self.at_most);
  }
  bool operator==(const target&) const = default;
};

/// How a cost grows with one thing, all else as it is.
struct growth {
  std::string parameter; ///< "sessions"
  std::string unit;      ///< Of the cost: "ms"
  struct point {
    double at = 0;        ///< The parameter.
    double model = 0;     ///< The cost as computed.
    double simulated = 0; ///< The cost in virtual time.
    static void describe(auto& self, auto& f) {
      f("at", self.at);
      f("model", self.model);
      f("simulated", self.simulated);
    }
    bool operator==(const point&) const = default;
  };
  std::vector<point> points; ///< By growing parameter.
  std::string cost = "until the last one has it";
  static void describe(auto& self, auto& f) {
    f("parameter", self.parameter);
    f("unit", self.unit);
    f.optional("cost", self.cost);
    f("points", self.points);
  }
  bool operator==(const growth&) const = default;
};

/// One scenario of a run.
struct section {
  std::string scenario; ///< "gateway"
  std::string title;    ///< A sentence for people.
  std::vector<setting> settings;
  std::vector<contender_record> contenders; ///< What is ours comes first.
  std::vector<target> targets;
  std::vector<std::string> warnings; ///< Sentences: why a figure is to be doubted, who is missing.
  std::vector<growth> grows;
  static void describe(auto& self, auto& f) {
    f("scenario", self.scenario);
    f("title", self.title);
    f("settings", self.settings);
    f("contenders", self.contenders);
    f.optional("targets", self.targets);
    f.optional("warnings", self.warnings);
    f.optional("growth", self.grows);
  }
  bool operator==(const section&) const = default;
};

struct run_record {
  static constexpr wire::type_tag tag{"loa.bench.run", 1};
  std::string command; ///< As it can be typed again.
  instant began{};
  instant ended{};
  std::uint64_t seed = 0;
  circumstances where;
  std::vector<section> sections;
  bool interrupted = false; ///< Not all of it was measured.
  static void describe(auto& self, auto& f) {
    f("command", self.command);
    f("began", self.began);
    f("ended", self.ended);
    f("seed", self.seed);
    f("where", self.where);
    f("sections", self.sections);
    f.optional("interrupted", self.interrupted);
  }
  bool operator==(const run_record&) const = default;
};

/// JSON text, and back. Refused is what no run writes, with a pointer to the mistake.
[[nodiscard]] std::string to_text(const run_record& run);
[[nodiscard]] result<run_record> from_text(std::string_view json);

/// A figure's values, one for each repetition that has it.
[[nodiscard]] std::vector<double> values_of(const contender_record& of, std::string_view figure);
/// Latencies of that name of all repetitions in one.
[[nodiscard]] histogram merged(const contender_record& of, std::string_view latencies);
/// Null if nobody has that name.
[[nodiscard]] const contender_record* find(const section& in, std::string_view contender);

/// What came of a target.
struct verdict {
  target wanted;
  std::vector<double> pairs; ///< Ratios; empty where one of the two has no such figure.
  double median = 0;
  [[nodiscard]] bool met() const { return !pairs.empty() && median <= wanted.at_most; }
};
/// One for each target whose peer was there. A pure function.
[[nodiscard]] std::vector<verdict> judge(const section& s);

} // namespace loa::bench

template <>
inline constexpr auto loa::wire::enum_names<loa::bench::better> =
    std::to_array<std::pair<loa::bench::better, std::string_view>>({
        {loa::bench::better::lower, "lower"},
        {loa::bench::better::higher, "higher"},
        {loa::bench::better::neither, "neither"},
    });
