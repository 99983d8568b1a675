#pragma once

#include <catch2/catch.hpp>

#include <cctype>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// Reads markup strictly, as XML: what is not balanced, not quoted, twice there or not escaped
/// fails the test.
struct markup_node {
  std::string name;
  std::map<std::string, std::string> attributes;
  std::string text; ///< Of this element alone, as a reader sees it.
  std::vector<markup_node> children;

  [[nodiscard]] std::string all_text() const {
    std::string out = text;
    for (const auto& c : children) out += ' ' + c.all_text();
    return out;
  }
  [[nodiscard]] std::string attribute(const std::string& of) const {
    const auto found = attributes.find(of);
    return found == attributes.end() ? std::string() : found->second;
  }
  void each(const auto& look) const {
    look(*this);
    for (const auto& c : children) c.each(look);
  }
  [[nodiscard]] std::vector<const markup_node*> all(std::string_view wanted) const {
    std::vector<const markup_node*> out;
    each([&](const markup_node& n) {
      if (n.name == wanted) out.push_back(&n);
    });
    return out;
  }
};

class markup_reader {
public:
  explicit markup_reader(std::string_view text) : rest_(text) {}

  markup_node read() {
    constexpr std::string_view doctype = "<!DOCTYPE html>\n";
    if (rest_.starts_with(doctype)) rest_.remove_prefix(doctype.size());
    auto out = element();
    REQUIRE(rest_.find_first_not_of(" \n") == rest_.npos);
    return out;
  }

private:
  markup_node element() {
    expect("<");
    markup_node out;
    out.name = word();
    while (rest_.starts_with(' ')) {
      rest_.remove_prefix(1);
      const auto name = word();
      expect("=\"");
      const auto end = rest_.find('"');
      REQUIRE(end != rest_.npos);
      REQUIRE(out.attributes.emplace(name, plain(rest_.substr(0, end))).second);
      rest_.remove_prefix(end + 1);
    }
    if (rest_.starts_with("/>")) {
      rest_.remove_prefix(2);
      return out;
    }
    expect(">");
    while (!rest_.starts_with("</")) {
      REQUIRE_FALSE(rest_.empty());
      if (rest_.front() == '<') {
        out.children.push_back(element());
        continue;
      }
      const auto end = rest_.find('<');
      REQUIRE(end != rest_.npos);
      out.text += plain(rest_.substr(0, end));
      rest_.remove_prefix(end);
    }
    expect("</" + out.name + ">");
    return out;
  }

  std::string word() {
    std::size_t n = 0;
    while (n < rest_.size() && (std::isalnum(static_cast<unsigned char>(rest_[n])) != 0 ||
                                rest_[n] == '-' || rest_[n] == ':'))
      ++n;
    REQUIRE(n > 0);
    std::string out(rest_.substr(0, n));
    rest_.remove_prefix(n);
    return out;
  }

  static std::string plain(std::string_view escaped) {
    static const std::map<std::string, char> known{
        {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&#39;", '\''}};
    REQUIRE(escaped.find('<') == escaped.npos);
    std::string out;
    while (!escaped.empty()) {
      if (escaped.front() != '&') {
        out += escaped.front();
        escaped.remove_prefix(1);
        continue;
      }
      const auto end = escaped.find(';');
      REQUIRE(end != escaped.npos);
      const auto found = known.find(std::string(escaped.substr(0, end + 1)));
      REQUIRE(found != known.end());
      out += found->second;
      escaped.remove_prefix(end + 1);
    }
    return out;
  }

  void expect(std::string_view what) {
    REQUIRE(rest_.substr(0, what.size()) == what);
    rest_.remove_prefix(what.size());
  }

  std::string_view rest_;
};
