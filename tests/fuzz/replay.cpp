#include "fuzz.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

/// \file
/// Stands in for libFuzzer where there is none: runs every file of the directories given. A
/// directory that is missing or has no file is a failure, since it would test nothing.

namespace {

namespace fs = std::filesystem;

/// How many files of the directory were run.
std::size_t replay(const fs::path& directory) {
  std::size_t done = 0;
  std::error_code failed;
  for (const auto& entry : fs::directory_iterator(directory, failed)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string content{std::istreambuf_iterator<char>(in), {}};
    // A crash says nothing of its input, so it is named before, and on stderr nothing is held back.
    std::fprintf(stderr, "%s\n", entry.path().c_str());
    // A copy of its exact size lets the sanitizers see a reading beyond the end.
    const std::vector<std::uint8_t> exact(content.begin(), content.end());
    LLVMFuzzerTestOneInput(exact.data(), exact.size());
    ++done;
  }
  return done;
}

} // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "Usage: %s DIRECTORY..\n", argv[0]);
    return 2;
  }
  for (int i = 1; i < argc; ++i) {
    const auto done = replay(argv[i]);
    if (done == 0) {
      std::fprintf(stderr, "%s holds no input.\n", argv[i]);
      return 1;
    }
    std::printf("%zu inputs of %s\n", done, argv[i]);
  }
  return 0;
}
