#include <bench/report/samples.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

class list_of_differences {
public:
  void compare(std::string_view what, const std::string& a, const std::string& b) {
    if (a != b) found_.push_back(fmt::format("{}: {}, then {}", what, named(a), named(b)));
  }
  void add(std::string sentence) { found_.push_back(std::move(sentence)); }
  [[nodiscard]] std::vector<std::string> take() { return std::move(found_); }

private:
  static std::string named(const std::string& s) { return s.empty() ? "not known" : s; }
  std::vector<std::string> found_;
};

std::string value_of(const std::vector<setting>& in, const std::string& name) {
  const auto found = std::ranges::find(in, name, &setting::name);
  return found == in.end() ? "not set" : found->value;
}

void compare_contenders(const section& before, const section& after, list_of_differences& out) {
  for (const auto& a : before.contenders) {
    const auto* b = find(after, a.name);
    if (!b) continue;
    const auto whose = fmt::format("{}, {}", before.scenario, a.name);
    out.compare(whose + ", version", a.version, b->version);
    for (const auto& s : a.settings)
      out.compare(fmt::format("{}, {}", whose, s.name), s.value, value_of(b->settings, s.name));
    for (const auto& s : b->settings)
      if (std::ranges::find(a.settings, s.name, &setting::name) == a.settings.end())
        out.compare(fmt::format("{}, {}", whose, s.name), "not set", s.value);
  }
}

void note_state(const run_record& run, std::string_view which, list_of_differences& out) {
  if (run.interrupted)
    out.add(fmt::format("The {} run was interrupted: not all of it was measured.", which));
  for (const auto& s : run.sections)
    if (!s.warnings.empty())
      out.add(fmt::format("The {} run warns about {}: {}", which, s.scenario,
                          fmt::join(s.warnings, " ")));
}

} // namespace

bool same_machine(const circumstances& a, const circumstances& b) {
  return a.processor == b.processor && a.cores == b.cores && a.kernel == b.kernel;
}

std::vector<std::string> differing(const run_record& before, const run_record& after) {
  list_of_differences out;
  const auto& a = before.where;
  const auto& b = after.where;
  out.compare("processor", a.processor, b.processor);
  out.compare("cores", std::to_string(a.cores), std::to_string(b.cores));
  out.compare("memory, B", std::to_string(a.memory), std::to_string(b.memory));
  out.compare("system", a.system, b.system);
  out.compare("kernel", a.kernel, b.kernel);
  out.compare("compiler", a.compiler, b.compiler);
  out.compare("build", a.build, b.build);
  out.compare("version", a.version, b.version);
  out.compare("commit", a.commit, b.commit);
  out.compare("seed", std::to_string(before.seed), std::to_string(after.seed));
  for (const auto& s : before.sections) {
    const auto same = std::ranges::find(after.sections, s.scenario, &section::scenario);
    if (same != after.sections.end()) compare_contenders(s, *same, out);
  }
  note_state(before, "first", out);
  note_state(after, "second", out);
  return out.take();
}

} // namespace loa::bench
