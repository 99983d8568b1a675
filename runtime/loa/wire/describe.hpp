#pragma once

#include <loa/wire/describe_check.hpp>
#include <loa/wire/describe_in.hpp>
#include <loa/wire/describe_out.hpp>

/// \file
/// One description per type gives its binary form, its JSON form and the check on the way in:
///
///     struct answered {
///       static constexpr loa::wire::type_tag tag{"loa.report.answered", 1};
///       std::string text;
///       std::optional<std::string> note;
///       template <class Self, class Fields>
///       static void describe(Self& self, Fields& f) {
///         f("text", self.text);
///         f.optional("note", self.note);
///       }
///     };
///
/// `f(key, member)` is required on the way in; `f.optional(key, member)` may be absent and then
/// leaves the member as it is, and is left out on the way out while the member is `T{}`, unless its
/// own initializer says otherwise. A field that a later version adds is optional, which keeps older
/// records readable.
///
/// Some values of these types could be written and never read back, such as an empty path;
/// `check_readable` finds them, and the runtime looks before it stores or answers anything.
///
/// Members may be: bool, integers, double, std::string (text), octets, instant, duration, path,
/// name, enums with `enum_names`, described structs, and std::optional, std::vector,
/// std::map<std::string,…> and std::variant (of tagged types) of these.
namespace loa::wire {

/// CBOR of a described value, without its type name.
template <class T>
[[nodiscard]] bytes to_cbor(const T& v) {
  document d;
  write(d.root(), v, form::binary);
  return d.to_cbor();
}

/// JSON text of a described value.
template <class T>
[[nodiscard]] std::string to_json(const T& v, int indent = -1) {
  document d;
  write(d.root(), v, form::text);
  return d.to_json(indent);
}

/// A described value out of a tree; the first mistake if there is one.
template <class T>
[[nodiscard]] result<T> from_document(const document& d, form as,
                                      bool refuse_unknown_keys = false) {
  read_context c(as, refuse_unknown_keys);
  T v{};
  read(d.root(), v, c);
  if (!c.errors().empty()) return c.errors().front();
  return v;
}

template <class T>
[[nodiscard]] result<T> from_cbor(bytes_view data, const parse_limits& limits = {}) {
  auto d = document::from_cbor(data, limits);
  if (!d) return d.error();
  return from_document<T>(*d, form::binary);
}

template <class T>
[[nodiscard]] result<T> from_json(bytes_view text, const parse_limits& limits = {},
                                  bool refuse_unknown_keys = false) {
  auto d = document::from_json(text, limits);
  if (!d) return d.error();
  return from_document<T>(*d, form::text, refuse_unknown_keys);
}

} // namespace loa::wire
