#include <bindings/cli/app.hpp>
#include <bindings/cli/demo_files.hpp>
#include <bindings/node/file_writing.hpp>

#include <catch2/catch.hpp>

#include <fstream>
#include <sstream>

namespace fs = std::filesystem;
using loa::cli::temporary_directory;

namespace {

struct refusal {
  int code;
  std::string why;
};

refusal refused(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int code = loa::cli::run(arguments, {in, out, err});
  return {code, err.str()};
}

std::string content_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

} // namespace

TEST_CASE("a number that is none is refused where one is wanted") {
  for (const auto& command :
       std::vector<std::vector<std::string>>{{"bench", "reports", "--rate", "nan"},
                                             {"status", "--timeout", "nan"},
                                             {"status", "--timeout", "-1"},
                                             {"bench", "cascade", "--rate", "NaN"},
                                             {"bench", "gateway", "--ramp", "nan"},
                                             {"bench", "clocks", "--rate", "nan"},
                                             {"bench", "plan", "--memory", "-nan"},
                                             {"bench", "diff", "a", "b", "--threshold", "nan"},
                                             {"simulate", "--hours", "nan"}}) {
    const auto said = refused(command);
    CAPTURE(command[1], said.why);
    CHECK(said.code == 2);
    CHECK(said.why.find("is no number from") != std::string::npos);
  }
}

TEST_CASE("an alert that is none is refused before anything starts") {
  const temporary_directory here;
  const auto bad = here.path() / "bad.xml";
  std::ofstream(bad) << "x";
  const auto said =
      refused({"bench", "gateway", "--peers", "none", "--connections", "1", "--alert", bad});
  CHECK(said.code == 1);
  CHECK(said.why.find("bad.xml: this is no CAP alert") != std::string::npos);
}

TEST_CASE("clocks that end before all reports are there are refused before anything starts") {
  const auto said = refused({"bench", "clocks", "--rate", "1", "--seconds", "5", "--clock", "5"});
  CHECK(said.code == 1);
  CHECK(said.why.find("longer --clock") != std::string::npos);
}

TEST_CASE("a run and its page need two files") {
  const temporary_directory here;
  const auto both = (here.path() / "run").string();
  const auto said = refused({"bench", "journal", "--json", both, "--report", both});
  CHECK(said.code == 1);
  CHECK(said.why.find("need two files") != std::string::npos);
}

TEST_CASE("output goes through a link or a device and leaves it what it is") {
  const temporary_directory here;
  const auto target = here.path() / "target";
  const auto link = here.path() / "link";
  std::ofstream(target) << "what was there before";
  fs::create_symlink(target, link);
  REQUIRE(loa::host::write_output(link, "new"));
  CHECK(fs::is_symlink(link));
  CHECK(content_of(target) == "new");
  REQUIRE(loa::host::write_output("/dev/null", "new"));
  CHECK(fs::is_character_file("/dev/null"));
  CHECK_FALSE(loa::host::write_output("/dev/full", "new"));
  CHECK(fs::is_character_file("/dev/full"));
}
