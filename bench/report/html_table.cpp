#include <bench/report/html_table.hpp>
#include <bench/report/markup.hpp>

namespace loa::bench {

namespace {

std::string cell_of(const std::string& text) {
  const auto end = text.find('\n');
  if (end == std::string::npos) return escaped(text);
  return escaped(text.substr(0, end)) +
         element("span", {{"class", "interval"}}, escaped(text.substr(end + 1)));
}

} // namespace

void html_table::row(const std::vector<std::string>& cells, std::string_view style) {
  std::string inside;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    const auto text = i < cells.size() ? cell_of(cells[i]) : std::string();
    inside += i == 0 ? element("th", {{"scope", "row"}}, text) : element("td", text);
  }
  rows_ += element("tr", {{"class", std::string(style)}}, inside) + "\n";
}

std::string html_table::finish() const {
  if (empty()) return {};
  std::string head;
  for (const auto& c : columns_) head += element("th", {{"scope", "col"}}, escaped(c));
  // The words stand outside the box, since they must not scroll with it.
  return element("p", {{"class", "caption"}}, escaped(caption_)) + "\n" +
         element(
             "div",
             {{"class", "scroll"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", caption_}},
             element("table", {{"class", numeric_ ? "numbers" : "words"}, {"aria-label", caption_}},
                     element("thead", element("tr", head)) + "\n" + element("tbody", rows_))) +
         "\n";
}

} // namespace loa::bench
