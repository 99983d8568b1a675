#include <bench/measure/record.hpp>
#include <bindings/cli/app.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;
using namespace loa::bench;

namespace {

struct outcome {
  int code;
  std::string out;
  std::string err;
};

outcome loa_says(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int code = loa::cli::run(arguments, {in, out, err});
  return {code, out.str(), err.str()};
}

bool has(const std::string& text, const std::string& what) {
  return text.find(what) != std::string::npos;
}

run_record run_of(double around, std::size_t repetitions = 6) {
  run_record run;
  run.where.processor = "A processor";
  section s{"gateway", "An alert to many", {{"connections", "500"}}, {}, {}, {}};
  contender_record ours{"Loa", "1", {}, {}};
  for (std::size_t i = 0; i < repetitions; ++i)
    ours.repetitions.push_back(
        {{{"last", "ms", around + static_cast<double>(i) / 10, better::lower}}, {}, {}, {}});
  s.contenders.push_back(std::move(ours));
  run.sections.push_back(std::move(s));
  return run;
}

class saved_runs {
public:
  saved_runs() {
    std::string pattern = (fs::temp_directory_path() / "loa-diff-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
  }
  ~saved_runs() { fs::remove_all(dir_); }
  [[nodiscard]] std::string save(const std::string& name, const std::string& text) const {
    std::ofstream(dir_ / name) << text;
    return (dir_ / name).string();
  }
  [[nodiscard]] std::string save(const std::string& name, const run_record& run) const {
    return save(name, to_text(run));
  }
  [[nodiscard]] std::string file(const std::string& name) const { return (dir_ / name).string(); }

private:
  fs::path dir_;
};

} // namespace

TEST_CASE("a diff ends with 0 where the second run is not slower, and with 1 where it is") {
  const saved_runs disk;
  const auto a = disk.save("a.json", run_of(10));
  const auto b = disk.save("b.json", run_of(12));
  const auto same = loa_says({"bench", "diff", a, a});
  CHECK(same.code == 0);
  CHECK(has(same.out, "is not slower"));
  CHECK(same.err.empty());
  const auto slower = loa_says({"bench", "diff", a, b});
  CHECK(slower.code == 1);
  CHECK(slower.out.substr(slower.out.rfind('\n', slower.out.size() - 2) + 1) ==
        b + " is slower than " + a + ": gateway, last (+20 %).\n");
  CHECK(loa_says({"bench", "diff", b, a}).code == 0);
  CHECK(loa_says({"bench", "diff", a, b, "--threshold", "30"}).code == 0);
}

TEST_CASE("a diff of too few repetitions says so and does not call it fine") {
  const saved_runs disk;
  const auto a = disk.save("a.json", run_of(10, 2));
  const auto b = disk.save("b.json", run_of(20, 2));
  const auto said = loa_says({"bench", "diff", a, b});
  CHECK(said.code == 0);
  CHECK(has(said.out, "Cannot tell: with 2 repetitions"));
  CHECK(has(said.out, "--repetitions 3"));
  CHECK_FALSE(has(said.out, "is not slower"));
}

TEST_CASE("two runs of several scenarios at five repetitions each can show what is slower") {
  const saved_runs disk;
  const auto both = [](double gateway, double outage) {
    auto run = run_of(gateway, 5);
    auto other = run_of(outage, 5).sections[0];
    other.scenario = "outage";
    for (auto& r : other.contenders[0].repetitions)
      for (const auto* name : {"serving", "all attached", "all caught up"})
        r.figures.push_back({name, "ms", r.figures[0].value, better::lower});
    run.sections.push_back(std::move(other));
    return run;
  };
  const auto a = disk.save("a.json", both(10, 10));
  const auto b = disk.save("b.json", both(10, 20));
  const auto said = loa_says({"bench", "diff", a, b});
  CHECK(said.code == 1);
  CHECK(has(said.out, "is slower than"));
  CHECK(has(said.out, "outage, serving (+98 %)"));
  CHECK_FALSE(has(said.out, "gateway, last ("));
  CHECK(has(said.out, "not judged"));
  CHECK(has(said.out, "in up to 10 of 100"));
}

TEST_CASE("a diff for programs is JSON with the same answer") {
  const saved_runs disk;
  const auto a = disk.save("a.json", run_of(10));
  const auto b = disk.save("b.json", run_of(12));
  const auto said = loa_says({"bench", "diff", a, b, "--json"});
  CHECK(said.code == 1);
  const auto answer = nlohmann::json::parse(said.out);
  CHECK(answer.at("slower") == true);
  CHECK(answer.at("figures").at(0).at("found") == "worse");
  CHECK(answer.at("figures").at(0).at("before").size() == 6);
}

TEST_CASE("a diff of wrong words ends with 2, of files that are no runs too, with a sentence") {
  const saved_runs disk;
  const auto a = disk.save("a.json", run_of(10));
  for (const auto& wrong :
       std::vector<std::vector<std::string>>{{"bench", "diff"},
                                             {"bench", "diff", a},
                                             {"bench", "diff", a, a, a},
                                             {"bench", "diff", a, a, "--threshold", "-1"},
                                             {"bench", "diff", a, a, "--threshold", "much"},
                                             {"bench", "report"}})
    CHECK(loa_says(wrong).code == 2);
  const auto deep = std::string(100'000, '[');
  auto hollow = run_of(10);
  hollow.sections.clear();
  for (const auto& bad :
       {disk.file("absent.json"), disk.save("empty.json", ""), disk.save("deep.json", deep),
        disk.save("list.json", "[1, 2]"), disk.save("text.json", "<html>"),
        disk.save("other.json", R"({"command": 5})"), disk.save("hollow.json", hollow),
        disk.save("huge.json", R"({"sections": [{"contenders": [{"repetitions": [{"figures":
          [{"name": "x", "unit": "ms", "value": 1e999, "better": "lower"}]}]}]}]})")}) {
    const auto said = loa_says({"bench", "diff", a, bad});
    CAPTURE(bad, said.err);
    CHECK(said.code == 2);
    CHECK(has(said.err, "loa: "));
    CHECK(has(said.err, bad));
    CHECK(said.out.empty());
    CHECK(loa_says({"bench", "diff", bad, a}).code == 2);
  }
}

TEST_CASE("a page comes from a saved run, into a file or to standard output") {
  const saved_runs disk;
  const auto a = disk.save("a.json", run_of(10));
  const auto printed = loa_says({"bench", "report", a});
  CHECK(printed.code == 0);
  CHECK(printed.out.starts_with("<!DOCTYPE html>"));
  const auto page = disk.file("a.html");
  const auto written = loa_says({"bench", "report", a, "--out", page});
  CHECK(written.code == 0);
  CHECK(written.out.empty());
  std::ifstream in(page);
  CHECK(std::string((std::istreambuf_iterator<char>(in)), {}) == printed.out);
  CHECK(loa_says({"bench", "report", a, "--out", disk.file("no/such/place.html")}).code == 1);
  CHECK(loa_says({"bench", "report", disk.file("absent.json")}).code == 1);
}
