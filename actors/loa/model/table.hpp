#pragma once

#include <loa/model/text.hpp>

#include <string>
#include <vector>

namespace loa::model {

/// A table for terminals, aligned by display columns, so that Vietnamese names line up.
class table {
public:
  struct column {
    std::string title;
    align where = align::left;
    std::size_t most = 40; ///< Cells; longer content is cut with "…".
  };

  explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

  /// One row; missing cells are empty, surplus ones are dropped.
  void add(std::vector<std::string> cells) { rows_.push_back(std::move(cells)); }
  [[nodiscard]] std::size_t size() const noexcept { return rows_.size(); }

  /// Title line, rule, rows; each line ends with a line feed and without trailing spaces.
  [[nodiscard]] std::string str() const;

private:
  std::vector<column> columns_;
  std::vector<std::vector<std::string>> rows_;
};

} // namespace loa::model
