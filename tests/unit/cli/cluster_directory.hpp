#pragma once

#include <bindings/cli/app.hpp>
#include <loa/base/bytes.hpp>

#include <catch2/catch.hpp>
#include <loa_source_dir.hpp>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace loa::cli::test {

namespace fs = std::filesystem;

struct outcome {
  int code;
  std::string out;
  std::string err;
};

inline outcome says(const std::vector<std::string>& arguments) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  const int code = run(arguments, {in, out, err});
  return {code, out.str(), err.str()};
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

/// A directory for clusters, gone at the end.
class cluster_directory {
public:
  cluster_directory() {
    std::string pattern = (fs::temp_directory_path() / "loa-cluster-XXXXXX").string();
    dir_ = mkdtemp(pattern.data());
  }
  ~cluster_directory() { fs::remove_all(dir_); }
  cluster_directory(const cluster_directory&) = delete;
  cluster_directory& operator=(const cluster_directory&) = delete;

  [[nodiscard]] std::string operator/(const std::string& name) const {
    return (dir_ / name).string();
  }
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(dir_ / name) << text;
    return *this / name;
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::ifstream in(dir_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  [[nodiscard]] mode_t mode(const std::string& name) const {
    struct stat about {};
    REQUIRE(::stat((*this / name).c_str(), &about) == 0);
    return about.st_mode & 07777;
  }
  /// What lies in it, by name.
  [[nodiscard]] std::set<std::string> entries(const std::string& below = {}) const {
    std::set<std::string> names;
    for (const auto& e : fs::directory_iterator(dir_ / below)) names.insert(e.path().filename());
    return names;
  }

  [[nodiscard]] static std::string example(const std::string& name) {
    return (fs::path(LOA_SOURCE_DIR) / "examples" / "hcmc" / name).string();
  }
  /// A city with three communes in two districts.
  [[nodiscard]] std::string small_city() const {
    return write("city.json", R"({"source": "a test", "root": {
      "code": "79", "name": "Thành phố Đẹp", "tier": "city", "children": [
        {"code": "760", "name": "Quận 1", "tier": "district", "children": [
          {"code": "26734", "name": "Phường Tân Định", "tier": "commune"},
          {"code": "26737", "name": "Phường Đa Kao", "tier": "commune"}]},
        {"code": "769", "name": "Thành phố Thủ Đức", "tier": "district", "children": [
          {"code": "26794", "name": "Phường Linh Xuân", "tier": "commune"}]}]}})");
  }
  /// `loa cluster init` into "c".
  [[nodiscard]] outcome init(const std::string& hierarchy,
                             const std::vector<std::string>& more = {}) const {
    std::vector<std::string> all{"cluster", "init", "--hierarchy", hierarchy, "--out", *this / "c"};
    all.insert(all.end(), more.begin(), more.end());
    return says(all);
  }

private:
  fs::path dir_;
};

} // namespace loa::cli::test
