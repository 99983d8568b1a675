#include <bench/measure/machine.hpp>

#include <catch2/catch.hpp>

#include <array>
#include <cstdio>
#include <utility>
#include <vector>

using namespace loa::bench;

namespace {
/// What a shell makes of a word.
std::string read_by_shell(const std::string& word) {
  const auto command = "printf %s " + word;
  auto* pipe = popen(command.c_str(), "r");
  REQUIRE(pipe != nullptr);
  std::string out;
  std::array<char, 256> some{};
  while (const auto n = fread(some.data(), 1, some.size(), pipe)) out.append(some.data(), n);
  REQUIRE(pclose(pipe) == 0);
  return out;
}
} // namespace

TEST_CASE("a shell reads a word back as it was, whatever stands in it") {
  for (const std::string word :
       {"gateway", "--rate=0.5", "", "two words", "it's", "$HOME `id` \"x\"", "a;b|c&d>e", "*", "~",
        "#", "line\nbreak", "Quận 1", "\\", "!x"}) {
    CAPTURE(word);
    REQUIRE(read_by_shell(shell_word(word)) == word);
  }
  REQUIRE(shell_word("--json") == "--json");
}

TEST_CASE("this process was started with a command") {
  REQUIRE(command_line().starts_with("test_bench"));
}

TEST_CASE("no directory of this machine stands in the command of a record") {
  for (const auto& [typed, kept] : std::vector<std::pair<std::string, std::string>>{
           {"/home/x/run.json", "run.json"},
           {"--json=/home/x/run.json", "--json=run.json"},
           {"/srv/loa/", "loa"},
           {"/", "."},
           {"../secret/place/run.json", "run.json"},
           {"a/../../run.json", "run.json"},
           {"..", "."},
           {"examples/hcmc/2021.json", "examples/hcmc/2021.json"},
           {"--json", "--json"},
           {"--rate=0.5", "--rate=0.5"},
           {"127.0.0.1:8135", "127.0.0.1:8135"},
           {"", ""}}) {
    CAPTURE(typed);
    REQUIRE(without_directory(typed) == kept);
  }
}

TEST_CASE("the commit of this build is known, or said to be unknown") {
  const auto commit = look_around().commit;
  REQUIRE_FALSE(commit.empty());
  REQUIRE(commit.find_first_of(" \n\"") == std::string::npos);
}
