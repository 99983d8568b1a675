#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace loa::bench {

/// A table of a page, in a box of its own that scrolls where the screen is narrower. The first cell
/// of a row is its heading; the others are text unless `numeric`.
class html_table {
public:
  html_table(std::string caption, std::vector<std::string> columns, bool numeric = true)
      : caption_(std::move(caption)),
        columns_(std::move(columns)),
        numeric_(numeric) {}

  /// Cells are text, not markup; what stands on a second line is smaller. `style` is a class of the
  /// row.
  void row(const std::vector<std::string>& cells, std::string_view style = {});
  [[nodiscard]] bool empty() const { return rows_.empty(); }
  [[nodiscard]] std::string finish() const;

private:
  std::string caption_;
  std::vector<std::string> columns_;
  bool numeric_;
  std::string rows_;
};

} // namespace loa::bench
