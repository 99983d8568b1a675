#pragma once

#include <cstddef>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace loa::cli {

/// The columns that a text takes on a terminal: Vietnamese letters take one however they are
/// composed, wide ones take two. What is not UTF-8 counts one for each octet.
[[nodiscard]] std::size_t display_width(std::string_view text);

enum class align { left, right };

/// A table in plain text, its columns as wide as what stands in them.
class table {
public:
  struct column {
    std::string title;
    align to = align::left;
  };
  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  /// Missing cells stay empty; cells beyond the last column are left out.
  void row(std::vector<std::string> cells);
  /// A line before the next row, for a total.
  void rule();

  void print(std::ostream& out) const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_; // a row without cells is a rule
};

/// A whole number with a thin group every three digits: "1 000 000".
[[nodiscard]] std::string grouped(unsigned long long n);

} // namespace loa::cli
