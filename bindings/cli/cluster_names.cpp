#include <bindings/cli/cluster_names.hpp>

#include <utf8proc.h>

#include <cstdlib>
#include <memory>
#include <string_view>

namespace loa::cli {

namespace {

constexpr std::size_t most_name = 64;

/// Without marks and in small letters; "đ" is a letter of its own to Unicode and stays one.
std::string without_marks(const std::string& text) {
  const auto wanted =
      static_cast<utf8proc_option_t>(UTF8PROC_NULLTERM | UTF8PROC_STABLE | UTF8PROC_DECOMPOSE |
                                     UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD);
  utf8proc_uint8_t* made = nullptr;
  if (utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.c_str()), 0, &made, wanted) < 0)
    return {};
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(made, &std::free);
  return reinterpret_cast<const char*>(made);
}

/// What is no letter or digit becomes one '-' between those that are.
std::string hyphenated(std::string_view text) {
  constexpr std::string_view dyet = "đ";
  std::string out;
  while (!text.empty()) {
    const bool is_dyet = text.starts_with(dyet);
    const char c = is_dyet ? 'd' : text.front();
    text.remove_prefix(is_dyet ? dyet.size() : 1);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
      out += c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
  }
  out.resize(std::min(out.size(), most_name));
  while (out.ends_with('-')) out.pop_back();
  return out;
}

} // namespace

std::string cluster_name_for(const model::unit_info& root) {
  auto name = hyphenated(without_marks(root.name));
  return name.empty() ? node_name_for(root) : name;
}

std::string node_name_for(const model::unit_info& unit) {
  return hyphenated(std::string(wire::enum_name(unit.level)) + '-' +
                    without_marks(std::string(unit.unit.code())));
}

} // namespace loa::cli
