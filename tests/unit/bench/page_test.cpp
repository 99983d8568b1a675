#include "example_run.hpp"
#include "markup_reader.hpp"

#include <bench/report/page.hpp>

#include <set>
#include <sstream>

using namespace loa::bench;

namespace {

std::vector<double> numbers_in(std::string text) {
  for (auto& c : text)
    if (c == ',') c = ' ';
  std::istringstream in(text);
  std::vector<double> out;
  for (double v = 0; in >> v;) out.push_back(v);
  return out;
}

/// Every coordinate of everything that is drawn lies inside the drawing.
void require_inside(const markup_node& svg) {
  const auto box = numbers_in(svg.attribute("viewBox"));
  REQUIRE(box.size() == 4);
  const auto inside = [&](double x, double y) {
    REQUIRE(x >= 0);
    REQUIRE(x <= box[2]);
    REQUIRE(y >= 0);
    REQUIRE(y <= box[3]);
  };
  svg.each([&](const markup_node& n) {
    const auto at = [&](const char* name) { return std::stod(n.attribute(name)); };
    if (n.name == "line") {
      inside(at("x1"), at("y1"));
      inside(at("x2"), at("y2"));
    } else if (n.name == "rect") {
      inside(at("x"), at("y"));
      inside(at("x") + at("width"), at("y") + at("height"));
    } else if (n.name == "circle") {
      inside(at("cx") - at("r") / 2, at("cy"));
      inside(at("cx") + at("r") / 2, at("cy"));
    } else if (n.name == "text") {
      inside(at("x"), at("y"));
    } else if (n.name == "polyline" || n.name == "polygon") {
      const auto p = numbers_in(n.attribute("points"));
      REQUIRE(p.size() % 2 == 0);
      for (std::size_t i = 0; i + 1 < p.size(); i += 2) inside(p[i], p[i + 1]);
    }
  });
}

markup_node read_page(const run_record& run) {
  const auto text = page_of(run);
  auto page = markup_reader(text).read();
  std::set<std::string> ids;
  page.each([&](const markup_node& n) {
    const auto id = n.attribute("id");
    if (!id.empty()) REQUIRE(ids.insert(id).second);
    for (const auto* forbidden : {"script", "link", "img", "iframe", "object"})
      REQUIRE(n.name != forbidden);
    for (const auto& [name, value] : n.attributes) {
      REQUIRE_FALSE(name.starts_with("on"));
      if (name == "href") REQUIRE(value.starts_with("#"));
      if (name != "xmlns") REQUIRE(name != "src");
    }
  });
  page.each([&](const markup_node& n) {
    if (n.attribute("href").starts_with("#")) REQUIRE(ids.contains(n.attribute("href").substr(1)));
  });
  for (const auto* svg : page.all("svg")) require_inside(*svg);
  return page;
}

bool says(const markup_node& page, const std::string& what) {
  return page.all_text().find(what) != std::string::npos;
}

/// All that a scenario may record.
run_record full_run() {
  auto run = example::run(1);
  auto& s = run.sections[0];
  s.targets = {{"last", "floor", 1.3}, {"last", "absent", 1}, {"no such", "floor", 1}};
  s.warnings = {"floor: something is to be doubted.", "The machine was too noisy."};
  s.contenders[0].settings.push_back({"durable", "accepted after fsync"});
  s.grows = {{"sessions", "ms", {{1000, 10, 12}, {1'000'000, 900, 950}}},
             {"levels", "ms", {{1, 5, 5}, {12, 7, 8}}}};
  for (auto& r : s.contenders[0].repetitions)
    r.levels = {{"city", 1, 1, 1}, {"district", 2, 5, 22}, {"session", 3, 30.5, 1000}};
  return run;
}

} // namespace

TEST_CASE("a page holds every contender, setting, warning, verdict and circumstance") {
  const auto run = full_run();
  const auto page = read_page(run);
  REQUIRE(page.attribute("lang") == "en");
  for (const auto& s : run.sections) {
    for (const auto& w : s.warnings) REQUIRE(says(page, w));
    for (const auto& x : s.settings) REQUIRE(says(page, x.value));
    for (const auto& c : s.contenders) {
      REQUIRE(says(page, c.name));
      REQUIRE(says(page, c.version));
      for (const auto& x : c.settings) REQUIRE(says(page, x.value));
    }
  }
  for (const auto& what : {run.where.processor, run.where.kernel, run.where.compiler,
                           run.where.build, run.where.commit, run.command})
    REQUIRE(says(page, what));
  REQUIRE(says(page, "0 of 2 targets met"));
  REQUIRE(says(page, "✕ missed"));
  REQUIRE(says(page, "? not compared"));
  REQUIRE(says(page, "load generator"));
  for (const auto* p : {"p50", "p90", "p99", "p99.9", "maximum"}) REQUIRE(says(page, p));
}

TEST_CASE("warnings and verdicts stand before what they are about") {
  const auto text = page_of(full_run());
  REQUIRE(text.find("targets met") < text.find("An alert to many"));
  REQUIRE(text.find("The machine was too noisy.") < text.find("<svg"));
}

TEST_CASE("every figure, latency, target and level has its picture") {
  const auto page = read_page(full_run());
  std::multiset<std::string> titles;
  for (const auto* svg : page.all("svg")) titles.insert(svg->children[0].text);
  REQUIRE(titles.count("delivery, by percentile") == 2); // for wide and for narrow screens
  REQUIRE(titles.count("last, ms") == 1);
  REQUIRE(titles.count("rate, 1/s") == 1);
  REQUIRE(titles.count("missed") == 0); // the same in all: a sentence says so
  REQUIRE(titles.count("last against floor") == 2);
  REQUIRE(titles.count("When Loa reached each level") == 2);
  REQUIRE(titles.count("ms by the number of sessions") == 1);
  REQUIRE(says(page, "The same in all repetitions of all: message 500\u202f"
                     "B, missed 0."));
}

TEST_CASE("a bar is as long as the median says, and each repetition is a dot") {
  auto run = example::run(1, 3);
  double value = 10;
  for (auto& c : run.sections[0].contenders)
    for (auto& r : c.repetitions) {
      r.figures = {{"last", "ms", value, better::lower}};
      value += 10; // 10, 20, 30 for ours, 40, 50, 60 for the floor
    }
  const auto page = read_page(run);
  const markup_node* chart = nullptr;
  for (const auto* svg : page.all("svg"))
    if (svg->children[0].text == "last, ms") chart = svg;
  REQUIRE(chart != nullptr);
  std::vector<double> bars;
  std::size_t dots = 0;
  chart->each([&](const markup_node& n) {
    if (n.attribute("class") == "bar") bars.push_back(std::stod(n.attribute("width")));
    if (n.attribute("class") == "dot") ++dots;
  });
  REQUIRE(bars.size() == 2);
  REQUIRE(bars[1] / bars[0] == Approx(50.0 / 20).epsilon(0.01));
  REQUIRE(dots == 6);
}

TEST_CASE("names that are markup stay names") {
  auto run = full_run();
  const std::string hostile = "</title><script>alert('1')</script>&\"";
  run.command = run.where.kernel = run.sections[0].title = run.sections[0].scenario = hostile;
  run.sections[0].warnings.push_back(hostile);
  run.sections[0].contenders[0].name = run.sections[0].contenders[0].version = hostile;
  run.sections[0].settings.push_back({hostile, hostile});
  for (auto& c : run.sections[0].contenders)
    for (auto& r : c.repetitions) {
      r.figures[0].name = r.figures[0].unit = hostile;
      r.latencies[0].name = hostile;
      for (auto& l : r.levels) l.level = hostile;
    }
  run.sections[0].targets = {{hostile, "floor", 1}};
  const auto page = read_page(run);
  REQUIRE(says(page, hostile));
}

TEST_CASE("a run that is empty, interrupted, alone, single or without latencies is still a page") {
  REQUIRE(says(read_page({}), "Nothing was measured."));
  auto interrupted = full_run();
  interrupted.interrupted = true;
  interrupted.sections[0].contenders[1].repetitions.clear();
  REQUIRE(says(read_page(interrupted), "This run was interrupted"));
  REQUIRE_FALSE(read_page(example::run(1, 6, {}, false)).all("svg").empty());
  REQUIRE(says(read_page(example::run(1, 1)), "One repetition shows no spread"));
  auto silent = example::run(1);
  for (auto& r : silent.sections[0].contenders[1].repetitions) r.latencies.clear();
  read_page(silent);
  silent.sections[0].contenders.clear();
  read_page(silent);
  run_record nameless;
  nameless.sections.resize(2);
  nameless.sections[0].contenders.resize(2);
  read_page(nameless);
}

TEST_CASE("values beyond all measure draw nothing outside a picture") {
  for (const double v : {0.0, 1e308, -1e308, 1e-308, -5.0}) {
    auto run = full_run();
    auto& of = run.sections[0].contenders;
    of[0].repetitions[0].figures[0].value = v;
    of[1].repetitions[1].figures[1].value = v;
    of[0].repetitions[0].levels[1] = {"district", -v, v, ~std::uint64_t{0}};
    histogram h;
    h.record(0);
    h.record(~std::uint64_t{0});
    of[1].repetitions[0].latencies[0].values = h.to_sparse();
    run.sections[0].targets.push_back({"rate", "floor", v});
    run.sections[0].grows.push_back({"nodes", "ms", {{v, v, 1}, {1, v, v}}});
    CAPTURE(v);
    read_page(run);
  }
}

TEST_CASE("many contenders with long names stay apart") {
  auto run = example::run(1, 3);
  loa::seeded_random random(2);
  for (int i = 0; i < 12; ++i)
    run.sections[0].contenders.push_back(example::contender(
        "a contender with a name that nobody reads to its end, number " + std::to_string(i), 3,
        1 + i, random, 0.05));
  const auto page = read_page(run);
  for (const auto* svg : page.all("svg")) {
    if (svg->children[0].text != "delivery, by percentile") continue;
    std::set<std::string> places;
    svg->each([&](const markup_node& n) {
      if (n.attribute("class") == "name") REQUIRE(places.insert(n.attribute("y")).second);
    });
    REQUIRE(places.size() == run.sections[0].contenders.size());
  }
}
