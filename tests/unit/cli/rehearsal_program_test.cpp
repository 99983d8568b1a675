#include <bindings/cli/app.hpp>

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <fstream>
#include <sstream>

// loa simulate --program with the example, and with programs that are none.

namespace fs = std::filesystem;

namespace {

struct outcome {
  int code;
  std::string out;
  std::string err;
};

outcome simulate(const std::string& program, std::vector<std::string> more = {}) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  std::vector<std::string> words = {"simulate", "--program", program};
  words.insert(words.end(), more.begin(), more.end());
  const int code = loa::cli::run(words, {in, out, err});
  return {code, out.str(), err.str()};
}

/// A program of a shell's words; $W is the descriptor of the witness.
class script {
public:
  explicit script(const std::string& words) {
    std::string pattern = (fs::temp_directory_path() / "loa-rehearsal-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
    std::ofstream(path()) << "#!/bin/sh\nW=${1#--witness=}\n" << words << "\n";
    fs::permissions(path(), fs::perms::owner_all);
  }
  ~script() { fs::remove_all(dir_); }
  [[nodiscard]] std::string path() const { return (dir_ / "play").string(); }

private:
  fs::path dir_;
};

constexpr auto greeting = "echo loa simulation 1 >&$W\n";

outcome played(const std::string& words, const std::vector<std::string>& more = {}) {
  const script s(words);
  return simulate(s.path(), more);
}

bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("a program of one's own runs under the same options and ends the same way") {
  const auto once = simulate(LOA_REHEARSAL, {"--seed", "3", "--hours", "0.5", "--faults", "storm"});
  CHECK(once.code == 0);
  CHECK(says(once.out, "trouble"));
  CHECK(says(once.out, "books lent"));
  CHECK(once.out.ends_with("Every promise was kept.\n"));
  const auto again =
      simulate(LOA_REHEARSAL, {"--seed", "3", "--hours", "0.5", "--faults", "storm"});
  CHECK(once.out == again.out);

  const auto many =
      simulate(LOA_REHEARSAL, {"--seeds", "1..3", "--hours", "0.1", "--nodes", "2", "--json"});
  CHECK(many.code == 0);
  const auto j = nlohmann::json::parse(many.out);
  REQUIRE(j.size() == 3);
  CHECK(j[2]["repeat"] == std::string("loa simulate --program ") + LOA_REHEARSAL +
                              " --seed 3 --hours 0.1 --faults rain --nodes 2");
}

TEST_CASE("what belongs to the city is refused beside a program") {
  for (const auto option : {"--hierarchy", "--down"})
    CHECK(simulate(LOA_REHEARSAL, {option, "x"}).code == 2);
  CHECK(simulate(LOA_REHEARSAL, {"--seeds", "many"}).code == 2);
  CHECK(simulate(LOA_REHEARSAL, {"--nodes", "placement.json"}).code == 2);
}

TEST_CASE("what cannot be started, or is no rehearsal, gets a sentence") {
  const auto nowhere = simulate("/nowhere/at/all");
  CHECK(nowhere.code == 1);
  CHECK(says(nowhere.err, "/nowhere/at/all cannot be started: No such file"));
  for (const auto code : {"0", "1", "2"}) {
    const auto other = played(std::string("exit ") + code);
    CHECK(other.code == 1);
    CHECK(says(other.err, "must call loa::sim::main"));
  }
}

TEST_CASE("a program that crashes gets a sentence with the command that repeats it") {
  const auto said =
      played(std::string(greeting) + "echo 1 00ff 0 >&$W\nkill -SEGV $$", {"--seeds", "1..9"});
  CHECK(said.code == 1);
  CHECK(says(said.err, "signal 11"));
  CHECK(says(said.err, "under seed 2. To see it again:\n  loa simulate --program "));
  CHECK(says(said.err, " --seed 2 --hours 1 --faults rain"));
}

TEST_CASE("a program is believed only as far as it has given an account of each seed") {
  const auto answer = [](const std::string& words) {
    return played(greeting + words, {"--seeds", "1..2"});
  };
  const auto both = "echo 1 00ff 0 >&$W; echo 2 00ff 0 >&$W; ";
  CHECK(answer(std::string(both) + "exit 0").code == 0);
  CHECK(answer("echo 1 00ff 0 >&$W; echo 2 00ff 1 >&$W; exit 1").code == 1);
  CHECK(answer("echo 1 00ff 0 >&$W; echo 2 00ff 1 >&$W; exit 1").err.empty());

  CHECK(says(answer("echo Every promise was kept.; exit 0").err, "said nothing of seed 1"));
  CHECK(says(answer("echo 1 00ff 0 >&$W; exit 0").err, "said nothing of seed 2"));
  const auto lies = answer("echo 1 00ff 3 >&$W; echo 2 00ff 0 >&$W; exit 0");
  CHECK(lies.code == 1);
  CHECK(says(lies.err, "promises were broken under 1 seed"));
  CHECK(says(answer(std::string(both) + "exit 1").err, "not believed"));
  CHECK(says(answer("echo 2 00ff 0 >&$W; exit 0").err, "makes no sense"));
  CHECK(says(answer("echo one two >&$W; exit 0").err, "makes no sense"));
  CHECK(says(answer(std::string(both) + "exit 7").err, "ended with 7"));
}
