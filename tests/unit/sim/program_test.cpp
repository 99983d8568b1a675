#include "purses.hpp"

#include <loa/sim/program.hpp>
#include <loa/sim/program_options.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <sstream>

using namespace loa;
using namespace loa::sim::test;

namespace {

struct outcome {
  int code;
  std::string out;
  std::string err;
};

template <defect D>
outcome says(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int code =
      sim::run("./my market", arguments, out, err, [] { return std::make_unique<market<D>>(); });
  return {code, out.str(), err.str()};
}

/// The words behind the program's name in the command that `text` prints last.
std::vector<std::string> command_in(const std::string& text) {
  const std::string begin = "  './my market' ";
  const auto at = text.rfind(begin) + begin.size();
  std::istringstream words(text.substr(at, text.find('\n', at) - at));
  return {std::istream_iterator<std::string>(words), {}};
}

} // namespace

TEST_CASE("a program tells one seed's timeline, what happened, and that all was kept") {
  const auto said = says<defect::none>({"--seed", "4", "--hours=0.5", "--faults", "storm"});
  CHECK(said.code == 0);
  CHECK(said.err.empty());
  CHECK(said.out.find("trouble") != std::string::npos);
  CHECK(said.out.find("payments") != std::string::npos);
  CHECK(said.out.ends_with("\nEvery promise was kept.\n"));
}

TEST_CASE("what is broken stands last, and the printed command shows it again octet for octet") {
  const auto many =
      says<defect::forgets>({"--seeds", "2..4", "--hours", "0.5", "--faults", "rain"});
  CHECK(many.code == 1);
  CHECK(many.err.empty());
  const auto words = command_in(many.out);
  CHECK(words == std::vector<std::string>{"--seed", "2", "--hours", "0.5", "--faults", "rain",
                                          "--nodes", "3"});
  const auto once = says<defect::forgets>(words);
  const auto again = says<defect::forgets>(words);
  CHECK(once.code == 1);
  CHECK(once.out == again.out);
  CHECK(command_in(once.out) == words);
  const auto last = once.out.substr(once.out.rfind('\n', once.out.size() - 2) + 1);
  CHECK(last.starts_with("Broken, "));
  CHECK(last.ends_with(" too many.\n"));
  CHECK(many.out.ends_with(last));
}

TEST_CASE("as JSON it says the same, one object a seed, and nothing from the wall clock") {
  const auto one = says<defect::forgets>({"--seed", "2", "--hours", "0.5", "--json"});
  CHECK(one.code == 1);
  const auto j = nlohmann::json::parse(one.out);
  CHECK(j["seed"] == 2);
  CHECK(j["nodes"] == 3);
  CHECK(j["trace"].get<std::string>().size() == 16);
  CHECK(j["figures"]["payments"].get<int>() > 10);
  CHECK_FALSE(j["broken"].empty());
  CHECK(j["repeat"] == "'./my market' --seed 2 --hours 0.5 --faults rain --nodes 3");
  CHECK(one.out == says<defect::forgets>({"--seed", "2", "--hours", "0.5", "--json"}).out);
  const auto three = says<defect::none>({"--seeds", "1..3", "--hours", "0.1", "--json"});
  CHECK(three.code == 0);
  CHECK(nlohmann::json::parse(three.out).size() == 3);
}

TEST_CASE("a wrong command line gets a sentence and 2") {
  const std::vector<std::vector<std::string>> all = {
      {"--seed"},        {"--seed", "x"},        {"--seed", "1..2"}, {"--seeds", "5..4"},
      {"--hours", "0"},  {"--hours", "nan"},     {"--hours", "1x"},  {"--faults", "snow"},
      {"--nodes", "0"},  {"--nodes", "-1"},      {"--nodes", "a"},   {"--frobnicate"},
      {"north"},         {"--witness", "stdin"}, {"--seed", ""},     {"--seed=1", "--seeds=1..2"},
      {"--nodes=99999"},
  };
  for (const auto& words : all) {
    const auto said = says<defect::none>(words);
    CAPTURE(words);
    CHECK(said.code == 2);
    CHECK(said.out.empty());
    CHECK(said.err.starts_with("'./my market': "));
    CHECK(said.err.ends_with(" --help lists the options.\n"));
  }
}

TEST_CASE("help names every option and ends well") {
  const auto said = says<defect::none>({"--help"});
  CHECK(said.code == 0);
  for (const auto option : {"--seed ", "--seeds", "--hours", "--faults", "--nodes", "--json"})
    CHECK(said.out.find(option) != std::string::npos);
}

TEST_CASE("what the rehearsal's own code throws ends the run with the command that repeats it") {
  const auto said = says<defect::throws>({"--seed", "3", "--faults", "calm", "--hours", "0.1"});
  CHECK(said.code == 1);
  CHECK(said.err.find("Seed 3: ") != std::string::npos);
  CHECK(said.err.find("a thing that I did not foresee") != std::string::npos);
  CHECK(command_in(said.err).front() == "--seed");
}

TEST_CASE("a run in which something besides the seed has a say is told of") {
  purse<defect::remembers>::ever = 0;
  const auto said = says<defect::remembers>({"--hours", "0.5"});
  CHECK(said.code == 1);
  CHECK(said.err.find("went another way") != std::string::npos);
}

TEST_CASE("words come back from a shell as they were") {
  CHECK(sim::quoted("./bin/my_market-2") == "./bin/my_market-2");
  CHECK(sim::quoted("my market") == "'my market'");
  CHECK(sim::quoted("it's") == "'it'\\''s'");
  CHECK(sim::quoted("") == "''");
  CHECK(sim::quoted("$(x)") == "'$(x)'");
}
