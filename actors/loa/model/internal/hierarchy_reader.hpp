#pragma once

#include <loa/model/unit_tree.hpp>

#include <initializer_list>

namespace loa::model {

/// Reads one hierarchy file and goes on after a mistake, so that all of them are reported at once.
class hierarchy_reader {
public:
  [[nodiscard]] static result<unit_tree> read(bytes_view text, std::vector<error>* all);

private:
  using json = wire::json;
  class step;

  void read_file(const json& file);
  void read_unit(const json& from, const path& above, std::optional<tier> tier_above,
                 std::uint32_t parent);
  std::optional<path> read_code(const json& from, const path& above);
  std::optional<tier> read_tier(const json& from, std::optional<tier> above);
  std::optional<polygon> boundary(const json& unit);
  std::optional<ring> read_ring(const json& from);
  std::vector<path> successors(const json& unit);
  std::optional<std::string> text(const json& object, const char* key, bool required);
  std::optional<std::chrono::year_month_day> date(const json& file, const char* key);
  void only(const json& object, std::initializer_list<std::string_view> known);
  void fail(std::string what, errc code = errc::rule);

  unit_tree tree_;
  std::string where_;
  std::vector<error> errors_;
  std::size_t mistakes_ = 0;
  bool full_ = false;
};

} // namespace loa::model
