#include <bench/report/drawing.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace loa::bench {

namespace {

constexpr std::size_t peers = 6; // that look different

std::string place(double v) {
  auto out = fmt::format("{:.1f}", v);
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out == "-0" ? "0" : out;
}

std::string places(const std::vector<point>& through) {
  std::string out;
  for (const auto& p : through) {
    if (!out.empty()) out += ' ';
    out += place(p.x) + ',' + place(p.y);
  }
  return out;
}

bool is_within_letter(char c) {
  return (static_cast<unsigned char>(c) & 0xC0) == 0x80;
}

/// Octets of the UTF-8 letter that begins at `at`.
std::size_t letter_at(std::string_view text, std::size_t at) {
  std::size_t n = 1;
  while (at + n < text.size() && is_within_letter(text[at + n])) ++n;
  return n;
}

double width_of_letter(std::string_view letter) {
  constexpr std::string_view narrow = " .,:;'|!ijlIt()[]/-";
  constexpr std::string_view wide = "mwMW@%";
  if (letter.size() > 2) return letter.front() == '\xe1' ? 0.6 : 1.0; // Vietnamese, else a wide one
  if (narrow.find(letter) != std::string_view::npos) return 0.36;
  return wide.find(letter) != std::string_view::npos ? 0.92 : 0.6;
}

} // namespace

std::string look_of(std::size_t contender) {
  return contender == 0 ? "ours" : fmt::format("peer{}", (contender - 1) % peers + 1);
}

std::string_view dash_of(std::size_t contender) {
  constexpr std::array<std::string_view, peers> patterns{"7 3", "2 3",  "10 3 2 3",
                                                         "4 2", "12 4", "8 2 2 2 2 2"};
  return contender == 0 ? std::string_view() : patterns[(contender - 1) % peers];
}

double text_width(std::string_view text, double size) {
  double out = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto n = letter_at(text, at);
    out += width_of_letter(text.substr(at, n)) * size;
    at += n;
  }
  return out;
}

std::string fitted(std::string_view text, double width, double size) {
  if (text_width(text, size) <= width) return std::string(text);
  // The end is kept as well as the beginning, since names often differ in their ends.
  std::size_t head = 0;
  std::size_t tail = text.size();
  double left = width - size;
  for (bool front = true; head < tail; front = !front) {
    auto before = tail - 1;
    while (before > head && is_within_letter(text[before])) --before;
    const auto next =
        front ? text.substr(head, letter_at(text, head)) : text.substr(before, tail - before);
    left -= text_width(next, size);
    if (left < 0) break;
    if (front)
      head += next.size();
    else
      tail = before;
  }
  return std::string(text.substr(0, head)) + "…" + std::string(text.substr(tail));
}

void drawing::line(point from, point to, std::string_view style) {
  inside_ += empty_element("line", {{"class", std::string(style)},
                                    {"x1", place(from.x)},
                                    {"y1", place(from.y)},
                                    {"x2", place(to.x)},
                                    {"y2", place(to.y)}});
}

void drawing::rectangle(point corner, double width, double height, std::string_view style) {
  inside_ += empty_element("rect", {{"class", std::string(style)},
                                    {"x", place(corner.x)},
                                    {"y", place(corner.y)},
                                    {"width", place(std::max(width, 0.0))},
                                    {"height", place(std::max(height, 0.0))}});
}

void drawing::text(point at, std::string_view text, std::string_view style, anchor to) {
  constexpr std::array<std::string_view, 3> names{"", "middle", "end"};
  inside_ += element("text",
                     {{"class", std::string(style)},
                      {"x", place(at.x)},
                      {"y", place(at.y)},
                      {"text-anchor", std::string(names[static_cast<std::size_t>(to)])}},
                     escaped(text));
}

void drawing::polyline(const std::vector<point>& through, std::string_view style,
                       std::string_view dash) {
  if (through.empty()) return;
  inside_ += empty_element("polyline", {{"class", std::string(style)},
                                        {"stroke-dasharray", std::string(dash)},
                                        {"points", places(through)}});
}

void drawing::polygon(const std::vector<point>& corners, std::string_view style) {
  if (corners.empty()) return;
  inside_ += empty_element("polygon", {{"class", std::string(style)}, {"points", places(corners)}});
}

void drawing::mark(point at, std::size_t contender, double r, std::string_view style) {
  const auto [x, y] = at;
  switch (contender == 0 ? 0 : (contender - 1) % peers + 1) {
  case 1:
    rectangle({x - r * .9, y - r * .9}, r * 1.8, r * 1.8, style);
    return;
  case 2:
    polygon({{x, y - r * 1.2}, {x + r * 1.1, y + r * .8}, {x - r * 1.1, y + r * .8}}, style);
    return;
  case 3:
    polygon({{x, y - r * 1.3}, {x + r * 1.3, y}, {x, y + r * 1.3}, {x - r * 1.3, y}}, style);
    return;
  case 4:
    polygon({{x, y + r * 1.2}, {x + r * 1.1, y - r * .8}, {x - r * 1.1, y - r * .8}}, style);
    return;
  case 6:
    rectangle({x - r * .5, y - r * 1.2}, r, r * 2.4, style);
    return;
  default:
    inside_ += empty_element(
        "circle",
        {{"class", std::string(style)}, {"cx", place(x)}, {"cy", place(y)}, {"r", place(r)}});
  }
}

void drawing::begin_group(std::string_view style) {
  inside_ += "<g class=\"" + escaped(style) + "\">";
}

void drawing::end_group() {
  inside_ += "</g>";
}

std::string drawing::finish(std::string_view id, std::string_view style, std::string_view title,
                            std::string_view description) const {
  const auto title_id = fmt::format("{}-t", id);
  const auto description_id = fmt::format("{}-d", id);
  return element("svg",
                 {{"xmlns", "http://www.w3.org/2000/svg"},
                  {"class", std::string(style)},
                  {"viewBox", fmt::format("0 0 {} {}", place(width_), place(height_))},
                  {"role", "img"},
                  {"aria-labelledby", title_id + " " + description_id}},
                 element("title", {{"id", title_id}}, escaped(title)) +
                     element("desc", {{"id", description_id}}, escaped(description)) + inside_) +
         "\n";
}

} // namespace loa::bench
