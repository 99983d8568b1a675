#include <loa/model/table.hpp>

#include <algorithm>

namespace loa::model {

std::string table::str() const {
  std::vector<std::size_t> widths;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    auto width = model::columns(columns_[i].title);
    for (const auto& row : rows_)
      if (i < row.size()) width = std::max(width, model::columns(row[i]));
    widths.push_back(std::min(width, columns_[i].most));
  }
  std::string out;
  const auto line = [&](auto&& cell) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) text += (i == 0 ? "" : "  ") + cell(i);
    text.erase(text.find_last_not_of(' ') + 1);
    out += text + "\n";
  };
  line([&](std::size_t i) { return fit(columns_[i].title, widths[i], columns_[i].where); });
  line([&](std::size_t i) { return std::string(widths[i], '-'); });
  for (const auto& row : rows_)
    line([&](std::size_t i) {
      return fit(i < row.size() ? row[i] : std::string(), widths[i], columns_[i].where);
    });
  return out;
}

} // namespace loa::model
