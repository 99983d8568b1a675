#include <bench/report/markup.hpp>
#include <bench/report/numbers.hpp>
#include <bench/report/page.hpp>
#include <bench/report/section_page.hpp>
#include <bench/report/style.hpp>
#include <bench/report/tables.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::bench {

namespace {

std::string id_of(std::size_t section) {
  return fmt::format("s{}", section + 1);
}

/// "Loa measured: gateway, cascade"
std::string title_of(const run_record& run) {
  std::string names;
  for (const auto& s : run.sections)
    if (names.find(s.scenario) == std::string::npos)
      names += (names.empty() ? "" : ", ") + s.scenario;
  return names.empty() ? "Loa measured" : "Loa measured: " + names;
}

std::string where_and_when(const run_record& run) {
  std::string out = format_rfc3339(run.began).substr(0, 16);
  out[10] = ' ';
  const auto add = [&](const std::string& what) {
    if (!what.empty()) out += " · " + what;
  };
  add(run.where.processor);
  if (run.where.cores > 0) add(counted(run.where.cores, "core"));
  add(run.where.kernel);
  add(run.where.commit.empty() ? run.where.version : "commit " + run.where.commit);
  return out;
}

/// What came of all targets, first of all.
std::string verdicts_of(const run_record& run) {
  std::string items;
  std::size_t all = 0;
  std::size_t met = 0;
  for (std::size_t i = 0; i < run.sections.size(); ++i) {
    const auto& s = run.sections[i];
    for (const auto& v : judge(s)) {
      ++all;
      met += v.met() ? 1 : 0;
      items += element("li", badge_of(v) + ' ' +
                                 element("a", {{"href", '#' + id_of(i)}}, escaped(s.scenario)) +
                                 ": " + escaped(sentence_of(s, v))) +
               "\n";
    }
  }
  if (all == 0) return {};
  return element("h2", fmt::format("{} of {} targets met", met, all)) +
         element("ul", {{"class", "verdicts"}}, items) + "\n";
}

std::string notices_of(const run_record& run) {
  std::string out;
  const auto notice = [&](const std::string& text) {
    out += element("p", {{"class", "doubt"}, {"role", "note"}}, text) + "\n";
  };
  if (run.interrupted)
    notice("This run was interrupted: not all of it was measured, and what is here is what was.");
  if (run.sections.empty()) notice("Nothing was measured.");
  std::size_t warnings = 0;
  std::string where;
  for (std::size_t i = 0; i < run.sections.size(); ++i) {
    if (run.sections[i].warnings.empty()) continue;
    warnings += run.sections[i].warnings.size();
    where += (where.empty() ? "" : ", ") +
             element("a", {{"href", '#' + id_of(i)}}, escaped(run.sections[i].scenario));
  }
  if (warnings > 0)
    notice(counted(warnings, "warning") + " on these measurements; read first: " + where + '.');
  return out;
}

std::string command_of(const run_record& run) {
  if (run.command.empty()) return {};
  return element("h2", "To measure it again") +
         element("pre", {{"tabindex", "0"}}, element("code", escaped(run.command))) + "\n";
}

} // namespace

std::string page_of(const run_record& run) {
  const auto title = escaped(title_of(run));
  std::string body =
      element("header", element("h1", title) +
                            element("p", {{"class", "where"}}, escaped(where_and_when(run)))) +
      "\n" + notices_of(run) + verdicts_of(run);
  for (std::size_t i = 0; i < run.sections.size(); ++i)
    body += section_of(run.sections[i], id_of(i));
  body += element("section",
                  element("h2", "Circumstances") + circumstances_table(run) + command_of(run));
  return "<!DOCTYPE html>\n" +
         element("html", {{"lang", "en"}},
                 "\n" +
                     element("head", empty_element("meta", {{"charset", "utf-8"}}) +
                                         empty_element("meta", {{"name", "viewport"},
                                                                {"content", "width=device-width, "
                                                                            "initial-scale=1"}}) +
                                         empty_element("meta", {{"name", "color-scheme"},
                                                                {"content", "light dark"}}) +
                                         element("title", title) +
                                         element("style", style_sheet())) +
                     "\n" + element("body", element("main", "\n" + body)) + "\n") +
         "\n";
}

} // namespace loa::bench
