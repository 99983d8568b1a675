#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/internal/delivery_table.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <optional>
#include <ostream>

namespace loa::cli {

using nlohmann::json;

namespace {

std::optional<std::uint64_t> count(const json& from, const char* group, const char* key) {
  const auto at = from.find(group);
  if (at == from.end() || !at->is_object()) return std::nullopt;
  const auto value = at->find(key);
  if (value == at->end() || !value->is_number_unsigned()) return std::nullopt;
  return value->get<std::uint64_t>();
}

/// Those who were meant, neither got it nor left.
std::string missing(const json& from, const char* group) {
  const auto targeted = count(from, group, "targeted");
  if (!targeted) return {};
  const auto over =
      count(from, group, "delivered").value_or(0) + count(from, group, "left").value_or(0);
  return grouped(*targeted > over ? *targeted - over : 0);
}

bool concerns_nobody(const json& unit) {
  for (const char* group : {"citizens", "devices"})
    for (const char* key : {"targeted", "late"})
      if (count(unit, group, key).value_or(0) > 0) return false;
  return true;
}

void add_row(table& t, const std::string& title, const json& from) {
  std::vector<std::string> cells{title};
  for (const char* group : {"citizens", "devices"})
    cells.insert(cells.end(),
                 {figure(from, group, "targeted"), figure(from, group, "delivered"),
                  missing(from, group), figure(from, group, "left"), figure(from, group, "late")});
  cells.push_back(figure(from, "devices", "played"));
  cells.push_back(text_of(from, "as_of"));
  t.row(std::move(cells));
}

} // namespace

std::string figure(const json& from, const char* group, const char* key) {
  const auto n = count(from, group, key);
  return n ? grouped(*n) : std::string{};
}

void print_delivery(const json& d, std::ostream& out) {
  std::vector<table::column> columns{{"Unit"}};
  for (const char* group : {"Citizens", "Devices"})
    for (const char* title : {group, "delivered", "missing", "left", "late"})
      columns.push_back({title, align::right});
  columns.push_back({"played", align::right});
  columns.push_back({"As of"});
  table t(std::move(columns));
  std::size_t shown = 0;
  std::size_t left_out = 0;
  for (const auto& unit : d.value("children", json::array())) {
    if (concerns_nobody(unit)) {
      ++left_out;
      continue;
    }
    add_row(t, text_of(unit, "unit"), unit);
    ++shown;
  }
  if (shown > 0) t.rule();
  add_row(t, "all", d);
  t.print(out);
  if (left_out > 0)
    out << fmt::format("\nLeft out: {} below, where nobody was meant.\n",
                       left_out == 1 ? "1 unit" : grouped(left_out) + " units");
  const auto names = d.find("missing");
  if (names == d.end() || !names->is_array() || names->empty()) return;
  out << "\nNot yet reached:\n";
  for (const auto& m : *names) out << "  " << m.get<std::string>() << '\n';
  if (const auto more = text_of(d, "more_missing"); !more.empty() && more != "0")
    out << "  and " << more << " more\n";
}

} // namespace loa::cli
