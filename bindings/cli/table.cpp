#include <bindings/cli/table.hpp>

#include <utf8proc.h>

#include <algorithm>
#include <ostream>

namespace loa::cli {

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  const auto* at = reinterpret_cast<const utf8proc_uint8_t*>(text.data());
  auto left = static_cast<utf8proc_ssize_t>(text.size());
  while (left > 0) {
    utf8proc_int32_t point = 0;
    auto length = utf8proc_iterate(at, left, &point);
    if (length <= 0) {
      length = 1;
      ++width;
    } else {
      width += static_cast<std::size_t>(std::max(0, utf8proc_charwidth(point)));
    }
    at += length;
    left -= length;
  }
  return width;
}

void table::row(std::vector<std::string> cells) {
  cells.resize(columns_.size());
  rows_.push_back(std::move(cells));
}

void table::rule() {
  rows_.emplace_back();
}

void table::print(std::ostream& out) const {
  std::vector<std::size_t> widths;
  for (const auto& c : columns_) widths.push_back(display_width(c.title));
  for (const auto& r : rows_)
    for (std::size_t i = 0; i < r.size(); ++i) widths[i] = std::max(widths[i], display_width(r[i]));

  const auto line = [&](const auto& cell_of) {
    std::string text;
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::string& cell = cell_of(i);
      const std::string pad(widths[i] - display_width(cell), ' ');
      if (i != 0) text += "  ";
      text += columns_[i].to == align::left ? cell + pad : pad + cell;
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out << text << '\n';
  };
  const auto draw_rule = [&] {
    std::string text;
    for (std::size_t i = 0; i < widths.size(); ++i)
      text.append(i == 0 ? "" : "  ").append(std::string(widths[i], '-'));
    out << text << '\n';
  };

  line([&](std::size_t i) -> const std::string& { return columns_[i].title; });
  draw_rule();
  for (const auto& r : rows_) {
    if (r.empty())
      draw_rule();
    else
      line([&](std::size_t i) -> const std::string& { return r[i]; });
  }
}

std::string grouped(unsigned long long n) {
  auto digits = std::to_string(n);
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3)
    digits.insert(static_cast<std::size_t>(at), 1, ' ');
  return digits;
}

} // namespace loa::cli
