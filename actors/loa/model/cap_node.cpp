#include <loa/model/cap_rules.hpp>
#include <loa/model/internal/cap_node.hpp>
#include <loa/model/internal/cap_values.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace loa::model::cap {

namespace {

constexpr std::size_t most_findings = 100;
constexpr std::string_view signature_namespace = "http://www.w3.org/2000/09/xmldsig#";
constexpr std::string_view instance_namespace = "http://www.w3.org/2001/XMLSchema-instance";

bool always_numbered(std::string_view name) {
  return name == "info" || name == "resource" || name == "area";
}

/// The schema lets an alert end with signatures (sections 3.3.4.1 and 3.4), of any namespace but
/// its own.
bool is_signature(const node& n) {
  return n.uri() == signature_namespace;
}

} // namespace

void findings::fail(error e) {
  if (errors_.size() < most_findings) errors_.push_back(std::move(e));
}

void findings::broken(std::string_view rule_id, const std::string& where, std::size_t line,
                      std::string_view what) {
  const auto* r = find_rule(rule_id);
  auto detail = fmt::format("Line {}: {}{}{} (CAP 1.2, {}, {})", line, what,
                            what.empty() ? "" : " ", r->sentence, r->section, r->id);
  fail({errc::rule, std::move(detail), where});
}

void findings::advise(const std::string& where, std::string_view what) {
  if (warnings_.size() < most_findings) warnings_.push_back(fmt::format("{}: {}", where, what));
}

std::string node::text() const {
  return to_nfc(element_->text);
}

std::vector<node> node::children() const {
  std::map<std::string_view, std::size_t> of_name;
  for (const auto& e : element_->children) ++of_name[e.name];
  std::map<std::string_view, std::size_t> seen;
  std::vector<node> out;
  out.reserve(element_->children.size());
  for (const auto& e : element_->children) {
    auto where = where_ + "/" + e.name;
    const auto number = ++seen[e.name];
    if (of_name[e.name] > 1 || always_numbered(e.name)) where += fmt::format("[{}]", number);
    out.emplace_back(e, std::move(where), *to_);
  }
  return out;
}

std::size_t node::line_of(std::string_view where) const {
  for (const auto& child : children()) {
    const auto& at = child.where();
    if (where == at || (where.starts_with(at) && where[at.size()] == '/'))
      return child.line_of(where);
  }
  return element_->line;
}

void node::broken(std::string_view rule_id, std::string_view what) const {
  to_->broken(rule_id, where_, element_->line, what);
}

void node::check_attributes() const {
  for (const auto& a : element_->attributes)
    if (a.uri != instance_namespace ||
        (a.name != "schemaLocation" && a.name != "noNamespaceSchemaLocation"))
      broken("known", fmt::format("The attribute {} is not known.", a.name));
}

void node::check_simple() const {
  check_attributes();
  if (!element_->children.empty())
    broken("plain-text",
           fmt::format("There is an element {} in the text.", element_->children.front().name));
}

void node::check_child(const node& child, std::span<const child_rule> schema, std::size_t& at,
                       std::vector<std::size_t>& seen) const {
  if (child.uri() != cap_namespace)
    return child.broken(
        "namespace",
        child.uri().empty()
            ? fmt::format("The element {} has no namespace.", child.name())
            : fmt::format("The element {} is of the namespace {}.", child.name(), child.uri()));
  const auto known = std::ranges::find(schema, child.name(), &child_rule::name);
  if (known == schema.end())
    return child.broken("known",
                        fmt::format("There is no element {} in {}.", child.name(), name()));
  const auto i = static_cast<std::size_t>(known - schema.begin());
  if (i < at)
    child.broken("order", fmt::format("{} must stand before {}.", child.name(), schema[at].name));
  at = std::max(at, i);
  if (++seen[i] == 2 && !known->repeats) child.broken("once");
}

void node::check_children(std::span<const child_rule> schema) const {
  check_attributes();
  if (!trimmed(element_->text).empty())
    broken("plain-text", fmt::format("There is text between the elements of {}.", name()));
  std::size_t at = 0;
  std::vector<std::size_t> seen(schema.size());
  bool after_signature = false;
  for (const auto& child : children()) {
    if (is_signature(child) && name() == "alert") {
      after_signature = true;
    } else {
      if (after_signature) child.broken("order", "Nothing follows a signature.");
      check_child(child, schema, at, seen);
    }
  }
  for (std::size_t i = 0; i < schema.size(); ++i)
    if (schema[i].required && seen[i] == 0)
      to_->broken("required", where_ + "/" + std::string(schema[i].name), element_->line,
                  fmt::format("The element {} is missing in {}.", schema[i].name, name()));
}

} // namespace loa::model::cap
