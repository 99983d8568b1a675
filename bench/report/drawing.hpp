#pragma once

#include <bench/report/markup.hpp>

#include <string>
#include <string_view>
#include <vector>

/// \file
/// An SVG drawing as a page holds it. A unit is a pixel of the page; styles come from the page's
/// style sheet through classes.
namespace loa::bench {

struct point {
  double x = 0;
  double y = 0;
};

enum class anchor { start, middle, end };

/// Where in its section a contender stands decides how it looks: a class for its colour, a dash
/// pattern and a mark, so that nobody depends on the colour alone. 0 is ours.
[[nodiscard]] std::string look_of(std::size_t contender);

/// How wide a text is about, in a sans-serif letter of that size.
[[nodiscard]] double text_width(std::string_view text, double size);
/// As much of its beginning and its end as is not wider, with an ellipsis between them.
[[nodiscard]] std::string fitted(std::string_view text, double width, double size);

class drawing {
public:
  static constexpr double letter = 13; ///< The size of ordinary text.

  drawing(double width, double height) : width_(width), height_(height) {}
  [[nodiscard]] double width() const { return width_; }
  [[nodiscard]] double height() const { return height_; }

  void line(point from, point to, std::string_view style);
  void rectangle(point corner, double width, double height, std::string_view style);
  void text(point at, std::string_view text, std::string_view style, anchor to = anchor::start);
  void polyline(const std::vector<point>& through, std::string_view style,
                std::string_view dash = {});
  void polygon(const std::vector<point>& corners, std::string_view style);
  /// The mark of a contender, of a shape of its own: a disc is ours.
  void mark(point at, std::size_t contender, double radius, std::string_view style);
  /// All until `end_group` has these classes too.
  void begin_group(std::string_view style);
  void end_group();

  /// The whole. `id` is unique in the page; title and description are for those who do not see it.
  [[nodiscard]] std::string finish(std::string_view id, std::string_view style,
                                   std::string_view title, std::string_view description) const;

private:
  double width_;
  double height_;
  std::string inside_;
};

/// The dash pattern of a contender's lines; none for ours.
[[nodiscard]] std::string_view dash_of(std::size_t contender);

} // namespace loa::bench
