#include <bindings/cli/bench_places.hpp>
#include <bindings/cli/demo_files.hpp>
#include <bindings/node/config.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>

namespace loa::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_hierarchy = 64U << 20;
constexpr std::size_t digits_shown = 16;

std::string sha256_of(const std::string& content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int length = 0;
  if (EVP_Digest(content.data(), content.size(), digest.data(), &length, EVP_sha256(), nullptr) !=
      1)
    return {};
  std::string out;
  for (unsigned int i = 0; i < length; ++i) out += fmt::format("{:02x}", digest[i]);
  return out;
}

void replace_all(std::string& in, const std::string& what, const std::string& with) {
  for (auto at = in.find(what); at != std::string::npos; at = in.find(what, at + with.size()))
    in.replace(at, what.size(), with);
}

} // namespace

std::string hierarchy_name(const fs::path& file) {
  auto name = file.filename().string();
  const auto content = host::read_file(file.string(), longest_hierarchy);
  if (!content) return name;
  if (const auto shipped = find_example("hcmc/" + name))
    if (const auto same = host::read_file(shipped->string(), longest_hierarchy);
        same && *same == *content)
      return "examples/hcmc/" + name;
  return fmt::format("{} (sha256 {}…)", name, sha256_of(*content).substr(0, digits_shown));
}

std::string without_places(std::string text, const fs::path& scratch) {
  std::string name = "SCRATCH";
  for (auto at = scratch; at.has_relative_path(); at = at.parent_path()) {
    replace_all(text, at.string(), name);
    name += "/..";
  }
  return text;
}

void without_places(bench::section& s, const fs::path& scratch) {
  const auto settle = [&](std::vector<bench::setting>& settings) {
    for (auto& x : settings)
      x.value = x.name == "hierarchy" ? hierarchy_name(x.value) : without_places(x.value, scratch);
  };
  settle(s.settings);
  for (auto& c : s.contenders) settle(c.settings);
  for (auto& w : s.warnings) w = without_places(std::move(w), scratch);
}

} // namespace loa::cli
