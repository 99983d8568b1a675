#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

/// \file
/// Markup that is right by construction: every element ends, every text and attribute is escaped.
/// Good as HTML and as XML, so also as SVG. Pure functions.
namespace loa::bench {

/// Text as it may stand in an element or an attribute. Control characters, which neither HTML nor
/// XML can carry, become U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

struct attribute {
  std::string_view name;
  std::string value; ///< Not escaped yet. An attribute without a value is left out.
};

/// `<name a="b">inside</name>`. `inside` is markup, not text.
[[nodiscard]] std::string element(std::string_view name, std::initializer_list<attribute> with,
                                  std::string_view inside);
[[nodiscard]] std::string element(std::string_view name, std::string_view inside);
/// `<name a="b"/>`
[[nodiscard]] std::string empty_element(std::string_view name,
                                        std::initializer_list<attribute> with);

} // namespace loa::bench
