#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace loa::model::xml {

/// Writes a document in UTF-8, indented by element. Characters that XML 1.0 does not admit are left
/// out.
class writer {
public:
  using attributes = std::vector<std::pair<std::string_view, std::string_view>>;

  void open(std::string_view name, const attributes& with = {});
  void close();
  /// An element with text in it.
  void leaf(std::string_view name, std::string_view text, const attributes& with = {});
  /// The same, unless the text is empty.
  void leaf_if(std::string_view name, std::string_view text) {
    if (!text.empty()) leaf(name, text);
  }
  /// An element with nothing in it.
  void empty(std::string_view name, const attributes& with);

  /// The document with its declaration; all elements must be closed.
  [[nodiscard]] std::string take() &&;

private:
  void tag(std::string_view name, const attributes& with);

  std::string out_ = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
  std::vector<std::string> open_;
};

} // namespace loa::model::xml
