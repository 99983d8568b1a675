#pragma once

#include <loa/model/cap.hpp>
#include <loa/model/internal/xml_document.hpp>

#include <span>

namespace loa::model::cap {

inline constexpr std::string_view cap_namespace = "urn:oasis:names:tc:emergency:cap:1.2";

/// Collects what is wrong with a document and what could be better.
class findings {
public:
  /// Notes that a rule is broken at `where`, the path of an element; `what` says how, where the
  /// rule alone does not.
  void broken(std::string_view rule_id, const std::string& where, std::size_t line,
              std::string_view what = {});
  void fail(error e);
  void advise(const std::string& where, std::string_view what);

  [[nodiscard]] const std::vector<error>& errors() const noexcept { return errors_; }
  [[nodiscard]] std::vector<std::string>& warnings() noexcept { return warnings_; }

private:
  std::vector<error> errors_;
  std::vector<std::string> warnings_;
};

/// How the schema (section 3.4) describes one child of an element.
struct child_rule {
  std::string_view name;
  bool required = false;
  bool repeats = false;
};

/// An element together with its path in the document and the place where findings go.
class node {
public:
  node(const xml::element& e, std::string where, findings& to)
      : element_(&e),
        where_(std::move(where)),
        to_(&to) {}

  [[nodiscard]] const std::string& name() const noexcept { return element_->name; }
  [[nodiscard]] const std::string& uri() const noexcept { return element_->uri; }
  [[nodiscard]] const std::string& where() const noexcept { return where_; }
  /// The line of the element at that path or, if it is not there, of the nearest one around it.
  [[nodiscard]] std::size_t line_of(std::string_view where) const;

  /// The text of a simple element, in NFC and as it stands.
  [[nodiscard]] std::string text() const;
  /// The children, each with its path.
  [[nodiscard]] std::vector<node> children() const;

  /// Checks a complex element against the schema: its children's names, order and number.
  void check_children(std::span<const child_rule> schema) const;
  /// Checks that there is nothing but text in it.
  void check_simple() const;

  void broken(std::string_view rule_id, std::string_view what = {}) const;
  void advise(std::string_view what) const { to_->advise(where_, what); }

private:
  void check_attributes() const;
  void check_child(const node& child, std::span<const child_rule> schema, std::size_t& at,
                   std::vector<std::size_t>& seen) const;

  const xml::element* element_;
  std::string where_;
  findings* to_;
};

} // namespace loa::model::cap
