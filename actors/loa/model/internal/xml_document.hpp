#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>

#include <string>
#include <vector>

namespace loa::model::xml {

struct attribute {
  std::string uri;
  std::string name;
};

/// An element of a document that was read; all text is UTF-8.
struct element {
  std::string uri; ///< The namespace, empty if there is none.
  std::string name;
  std::string text;                  ///< What stands directly in it, without that of its children.
  std::vector<attribute> attributes; ///< Without namespace declarations.
  std::vector<element> children;
  std::size_t line = 0;
};

struct limits {
  std::size_t octets = 0;
  std::size_t depth = 0;
  std::size_t elements = 0;
};

/// The root element of a well-formed document. A DOCTYPE ends the reading where it begins, so no
/// entity can be declared, and nothing outside the given octets is ever read.
[[nodiscard]] result<element> parse(bytes_view document, const limits& within);

} // namespace loa::model::xml
