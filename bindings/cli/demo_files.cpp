#include <bindings/cli/demo_files.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <system_error>
#include <vector>

namespace loa::cli {

namespace fs = std::filesystem;

result<fs::path> find_example(std::string_view file) {
  std::error_code failed;
  std::vector<fs::path> places{fs::current_path(failed) / "examples"};
  for (auto dir = fs::read_symlink("/proc/self/exe", failed).parent_path(); !dir.empty();
       dir = dir.parent_path()) {
    places.push_back(dir / "examples");
    places.push_back(dir / "share" / "loa");
    if (dir == dir.root_path()) break;
  }
  for (const auto& place : places)
    if (fs::is_regular_file(place / file, failed)) return place / file;
  return error{
      errc::not_found,
      fmt::format("The file {} that comes with Loa was not found beside the program or under "
                  "examples/ here; run it from the source tree or name a file.",
                  file),
      {}};
}

temporary_directory::temporary_directory() {
  std::error_code failed;
  auto pattern = (fs::temp_directory_path(failed) / "loa-demo-XXXXXX").string();
  if (!failed && mkdtemp(pattern.data())) path_ = pattern;
}

temporary_directory::~temporary_directory() {
  std::error_code failed;
  if (!path_.empty()) fs::remove_all(path_, failed);
}

std::uint64_t resident_memory(const std::string& process) {
  std::ifstream in("/proc/" + process + "/statm");
  std::uint64_t size = 0;
  std::uint64_t resident = 0;
  in >> size >> resident;
  return resident * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

} // namespace loa::cli
