#pragma once

#include <bench/measure/record.hpp>
#include <bench/measure/spread.hpp>
#include <bench/report/samples.hpp>

#include <optional>
#include <string>
#include <vector>

/// \file
/// Whether one run is slower than another, or whether that is noise.
namespace loa::bench {

struct difference_options {
  /// A figure that is worse by less than this share is not called worse.
  double threshold = 0.05;
  /// How often at most two runs of the same program are called different, for each scenario.
  double chance = 0.05;
};

enum class finding : std::uint8_t {
  worse,
  improved,
  /// Worse, but a program that is not ours became slower beside it as well, or is too noisy to say
  /// that it did not: the machine may be the reason.
  machine,
  same,      ///< No difference that noise could not make.
  equal,     ///< One and the same value in all repetitions of both.
  not_known, ///< Too few repetitions to call anything different.
  shown,     ///< Not judged, see `judged`.
};

/// How many times the first run's values the second's are.
struct change {
  double times = 1; ///< Infinite where it was 0.
  double low = 1;   ///< An interval around it.
  double high = 1;
  double confidence = 0;
};

struct compared_figure {
  sample values;
  change changed;
  std::optional<change> relative; ///< The same of the relative values.
  /// The probability that noise alone makes it at least so much worse, corrected for the number of
  /// its scenario's figures that are judged and can be called worse at all (Holm).
  double chance = 1;
  /// What would have been called worse: this many times the first run's, below 1 where higher is
  /// better. Nothing where it could not be told.
  std::optional<double> told_from;
  finding found = finding::same;
};

struct difference {
  std::vector<compared_figure> figures;
  std::vector<std::string> left_out;      ///< Sentences: what could not be compared.
  std::vector<std::string> circumstances; ///< Sentences: what else differs, and what is doubtful.
  bool same_machine = true;
  /// To be able to tell anything about so many figures, in each scenario.
  std::size_t repetitions_needed = 0;
  std::size_t scenarios_judged = 0; ///< In which something could have been called worse.

  [[nodiscard]] bool slower() const;
  /// Figures were compared, and nothing could have been told about any of them.
  [[nodiscard]] bool cannot_tell() const;
  /// How often at most, of so many scenarios, one or more are called slower that are not, if that
  /// happens to each with the probability `chance`: they are measured apart from each other.
  [[nodiscard]] double chance_of_any(double chance) const;
};

/// Compares what is ours, figure by figure, with the exact rank test of `chance_that_higher`.
///
/// What is promised holds for each scenario by itself, so that a run of many scenarios tells as
/// much about one of them as a run of that one alone; of many, one is called slower by chance more
/// often, see `chance_of_any`.
///
/// On the same machine a figure is called worse only where it is worse as it stands and also beside
/// a floor that was measured with it, if both runs have one: what slowed the machine slowed both.
/// On another machine, only what stands beside the floor says something, and where there is none,
/// the figures as they are. A pure function.
[[nodiscard]] difference compare(const run_record& before, const run_record& after,
                                 const difference_options& options = {});

/// JSON text for programs.
[[nodiscard]] std::string to_text(const difference& d);

} // namespace loa::bench

template <>
inline constexpr auto loa::wire::enum_names<loa::bench::finding> =
    std::to_array<std::pair<loa::bench::finding, std::string_view>>({
        {loa::bench::finding::worse, "worse"},
        {loa::bench::finding::improved, "better"},
        {loa::bench::finding::machine, "worse, maybe the machine"},
        {loa::bench::finding::same, "no difference"},
        {loa::bench::finding::equal, "equal"},
        {loa::bench::finding::not_known, "cannot tell"},
        {loa::bench::finding::shown, "not judged"},
    });
