#pragma once

#include <loa/base/name.hpp>
#include <loa/base/time.hpp>
#include <loa/wire/document.hpp>

#include <algorithm>
#include <array>
#include <concepts>
#include <map>
#include <optional>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

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
/// Members may be: bool, integers, double, std::string (text), octets, instant, duration, path,
/// name, enums with `enum_names`, described structs, and std::optional, std::vector,
/// std::map<std::string,…> and std::variant (of tagged types) of these.
namespace loa::wire {

/// A stored or transmitted type: its name, for ever, and the version that this build writes.
struct type_tag {
  std::string_view name;
  std::uint16_t version = 1;
  bool operator==(const type_tag&) const = default;
};

/// Binary stands in the journal and between nodes: times are integers, octets are octets. Text is
/// for people and HTTP: times are RFC 3339, octets are base64.
enum class form : std::uint8_t { binary, text };

/// Octets that are not text.
struct octets {
  bytes data;
  bool operator==(const octets&) const = default;
};

/// Specialise it to give an enum its names:
/// `template <> inline constexpr auto loa::wire::enum_names<color> =
///    std::to_array<std::pair<color, std::string_view>>({{color::red, "red"}});`
template <class E>
inline constexpr int enum_names = 0;

template <class E>
concept named_enum =
    std::is_enum_v<E> && !std::is_same_v<std::remove_cvref_t<decltype(enum_names<E>)>, int>;

/// The name of a value of a named enum.
template <named_enum E>
[[nodiscard]] constexpr std::string_view enum_name(E e) noexcept {
  for (const auto& [value, text] : enum_names<E>)
    if (value == e) return text;
  return "?";
}

/// The value with that name.
template <named_enum E>
[[nodiscard]] constexpr std::optional<E> enum_value(std::string_view text) noexcept {
  for (const auto& [value, known] : enum_names<E>)
    if (known == text) return value;
  return std::nullopt;
}

namespace detail {
struct any_fields {
  template <class T>
  void operator()(std::string_view, T&) {}
  template <class T>
  void optional(std::string_view, T&) {}
};
} // namespace detail

template <class T>
concept described = requires(T& x, detail::any_fields& f) {
  T::describe(x, f);
};

template <class T>
concept tagged = described<T> && requires {
  { T::tag } -> std::convertible_to<type_tag>;
};

// -- out ------------------------------------------------------------------------------------------

namespace detail {
void put(json& to, bool v);
void put(json& to, std::int64_t v);
void put(json& to, std::uint64_t v);
void put(json& to, double v);
void put(json& to, std::string_view v);
void put_octets(json& to, const bytes& v, form as);
void put_instant(json& to, instant v, form as);
void make_object(json& to);
void make_array(json& to, std::size_t reserve);
json& member(json& object, std::string_view key);
json& append(json& array);

/// Finds the optional fields that are something else than `T{}` when they are absent.
struct initialized_fields {
  template <class T>
  void operator()(std::string_view, const T&) {}
  template <class T>
  void optional(std::string_view key, const T& v) {
    if (!(v == T{})) keys.push_back(key);
  }
  std::vector<std::string_view> keys;
};

template <class T>
[[nodiscard]] const std::vector<std::string_view>& keys_with_initializer() {
  static const auto keys = [] {
    initialized_fields found;
    const T fresh{};
    T::describe(fresh, found);
    return found.keys;
  }();
  return keys;
}

} // namespace detail

template <class T>
void write(json& to, const T& v, form as);

class field_writer {
public:
  /// Optional fields named in `always` are written whatever they are.
  field_writer(json& to, form as, const std::vector<std::string_view>& always)
      : to_(to),
        as_(as),
        always_(always) {}

  template <class T>
  void operator()(std::string_view key, const T& v) {
    write(detail::member(to_, key), v, as_);
  }

  template <class T>
  void optional(std::string_view key, const T& v) {
    if (!(v == T{}) || std::ranges::find(always_, key) != always_.end()) (*this)(key, v);
  }

private:
  json& to_;
  form as_;
  const std::vector<std::string_view>& always_;
};

namespace detail {
template <class T>
struct writer_of;

template <class T>
struct is_variant : std::false_type {};
template <class... Ts>
struct is_variant<std::variant<Ts...>> : std::true_type {};
template <class T>
struct is_vector : std::false_type {};
template <class T>
struct is_vector<std::vector<T>> : std::true_type {};
template <class T>
struct is_optional : std::false_type {};
template <class T>
struct is_optional<std::optional<T>> : std::true_type {};
template <class T>
struct is_string_map : std::false_type {};
template <class T>
struct is_string_map<std::map<std::string, T>> : std::true_type {};
} // namespace detail

template <class T>
void write(json& to, const T& v, form as) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double>) {
    detail::put(to, v);
  } else if constexpr (named_enum<T>) {
    detail::put(to, enum_name(v));
  } else if constexpr (std::signed_integral<T>) {
    detail::put(to, static_cast<std::int64_t>(v));
  } else if constexpr (std::unsigned_integral<T>) {
    detail::put(to, static_cast<std::uint64_t>(v));
  } else if constexpr (std::is_same_v<T, std::string>) {
    detail::put(to, std::string_view(v));
  } else if constexpr (std::is_same_v<T, octets>) {
    detail::put_octets(to, v.data, as);
  } else if constexpr (std::is_same_v<T, instant>) {
    detail::put_instant(to, v, as);
  } else if constexpr (std::is_same_v<T, duration>) {
    detail::put(to, static_cast<std::int64_t>(v.count()));
  } else if constexpr (std::is_same_v<T, path> || std::is_same_v<T, name>) {
    detail::put(to, std::string_view(v.str()));
  } else if constexpr (detail::is_optional<T>::value) {
    if (v) write(to, *v, as);
  } else if constexpr (detail::is_vector<T>::value) {
    detail::make_array(to, v.size());
    for (const auto& x : v) write(detail::append(to), x, as);
  } else if constexpr (detail::is_string_map<T>::value) {
    detail::make_object(to);
    for (const auto& [key, x] : v) write(detail::member(to, key), x, as);
  } else if constexpr (detail::is_variant<T>::value) {
    std::visit(
        [&]<class A>(const A& x) {
          static_assert(tagged<A>);
          detail::make_object(to);
          detail::put(detail::member(to, "type"), A::tag.name);
          detail::put(detail::member(to, "version"), std::uint64_t{A::tag.version});
          write(detail::member(to, "value"), x, as);
        },
        v);
  } else {
    static_assert(described<T>, "give the type a describe function");
    detail::make_object(to);
    field_writer f(to, as, detail::keys_with_initializer<T>());
    T::describe(v, f);
  }
}

// -- in -------------------------------------------------------------------------------------------

/// Collects what is wrong with an input, with a JSON pointer (RFC 6901) for each mistake.
class read_context {
public:
  explicit read_context(form as, bool refuse_unknown_keys = false)
      : as_(as),
        strict_(refuse_unknown_keys) {}

  [[nodiscard]] form as() const noexcept { return as_; }
  [[nodiscard]] bool strict() const noexcept { return strict_; }
  [[nodiscard]] const std::vector<error>& errors() const noexcept { return errors_; }
  /// True after 100 mistakes; further ones are not kept, and lists are not read on.
  [[nodiscard]] bool full() const noexcept;

  void push(std::string_view key);
  void push(std::size_t index);
  void pop() { where_.pop_back(); }
  /// Notes a mistake at the current place; at most 100 are kept.
  void fail(std::string what, errc code = errc::malformed);

private:
  form as_;
  bool strict_;
  std::vector<std::string> where_;
  std::vector<error> errors_;
};

namespace detail {
bool take(const json& from, bool& v, read_context& c);
bool take(const json& from, std::int64_t& v, read_context& c);
bool take(const json& from, std::uint64_t& v, read_context& c);
bool take(const json& from, double& v, read_context& c);
bool take(const json& from, std::string& v, read_context& c);
bool take_octets(const json& from, bytes& v, read_context& c);
bool take_instant(const json& from, instant& v, read_context& c);
bool is_null(const json& from);
bool expect_object(const json& from, read_context& c);
bool expect_array(const json& from, read_context& c);
std::size_t size(const json& from);
const json* find(const json& object, std::string_view key);
/// A text from outside in quotes, shortened.
std::string quoted(std::string_view text);
const json& element(const json& array, std::size_t i);
void each_member(const json& object, void* to, void (*f)(void*, const std::string&, const json&));
void refuse_unknown(const json& object, const std::vector<std::string_view>& known,
                    read_context& c);
} // namespace detail

template <class T>
void read(const json& from, T& v, read_context& c);

class field_reader {
public:
  field_reader(const json& from, read_context& c) : from_(from), c_(c) {}

  template <class T>
  void operator()(std::string_view key, T& v) {
    with(key, [&](const json& found) { read(found, v, c_); });
  }

  /// Lets `f` read a required field.
  template <class F>
  void with(std::string_view key, F&& f) {
    if (c_.strict()) known_.push_back(key);
    const auto* found = detail::find(from_, key);
    c_.push(key);
    if (found)
      f(*found);
    else
      c_.fail("This field is missing.");
    c_.pop();
  }

  template <class T>
  void optional(std::string_view key, T& v) {
    if (c_.strict()) known_.push_back(key);
    const auto* found = detail::find(from_, key);
    if (!found || (detail::is_null(*found) && !detail::is_optional<T>::value)) return;
    c_.push(key);
    read(*found, v, c_);
    c_.pop();
  }

  void finish() {
    if (c_.strict()) detail::refuse_unknown(from_, known_, c_);
  }

private:
  const json& from_;
  read_context& c_;
  std::vector<std::string_view> known_;
};

namespace detail {

template <class Int>
void read_integer(const json& from, Int& v, read_context& c) {
  using wide = std::conditional_t<std::is_signed_v<Int>, std::int64_t, std::uint64_t>;
  wide w = 0;
  if (!take(from, w, c)) return;
  if (!std::in_range<Int>(w)) return c.fail("This number is out of range.");
  v = static_cast<Int>(w);
}

template <class E>
void read_enum(const json& from, E& v, read_context& c) {
  std::string text;
  if (!take(from, text, c)) return;
  if (auto known = enum_value<E>(text)) {
    v = *known;
    return;
  }
  std::string all;
  for (const auto& entry : enum_names<E>) all.append(all.empty() ? "" : ", ").append(entry.second);
  c.fail(detail::quoted(text) + " is not one of: " + all + ".");
}

template <class T>
void read_parsed(const json& from, T& v, read_context& c) {
  std::string text;
  if (!take(from, text, c)) return;
  if (auto parsed = T::parse(text))
    v = *std::move(parsed);
  else
    c.fail(parsed.error().detail);
}

/// Reads `T` from what version `version` of it wrote.
template <class T>
void read_versioned(const json& from, std::uint64_t version, T& v, read_context& c) {
  if (version > T::tag.version)
    return c.fail("A newer version of Loa wrote this; use that version or a later one.",
                  errc::version);
  if constexpr (requires { typename T::previous; }) {
    if (version < T::tag.version) {
      typename T::previous old;
      read_versioned(from, version, old, c);
      v = T::from(std::move(old));
      return;
    }
  }
  read(from, v, c);
}

template <class Variant, std::size_t I = 0>
void read_alternative(std::string_view type, std::uint64_t version, const json& value, Variant& v,
                      read_context& c) {
  if constexpr (I == std::variant_size_v<Variant>) {
    c.fail("There is no type " + detail::quoted(type) + " here.");
  } else {
    using A = std::variant_alternative_t<I, Variant>;
    if (A::tag.name != type) return read_alternative<Variant, I + 1>(type, version, value, v, c);
    A alternative;
    read_versioned(value, version, alternative, c);
    v = std::move(alternative);
  }
}

} // namespace detail

template <class T>
void read(const json& from, T& v, read_context& c) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, double> ||
                std::is_same_v<T, std::string>) {
    detail::take(from, v, c);
  } else if constexpr (named_enum<T>) {
    detail::read_enum(from, v, c);
  } else if constexpr (std::integral<T>) {
    detail::read_integer(from, v, c);
  } else if constexpr (std::is_same_v<T, octets>) {
    detail::take_octets(from, v.data, c);
  } else if constexpr (std::is_same_v<T, instant>) {
    detail::take_instant(from, v, c);
  } else if constexpr (std::is_same_v<T, duration>) {
    std::int64_t n = 0;
    if (detail::take(from, n, c)) v = duration(n);
  } else if constexpr (std::is_same_v<T, path> || std::is_same_v<T, name>) {
    detail::read_parsed(from, v, c);
  } else if constexpr (detail::is_optional<T>::value) {
    if (detail::is_null(from)) {
      v.reset();
    } else {
      v.emplace();
      read(from, *v, c);
    }
  } else if constexpr (detail::is_vector<T>::value) {
    if (!detail::expect_array(from, c)) return;
    v.clear();
    for (std::size_t i = 0; i < detail::size(from) && !c.full(); ++i) {
      c.push(i);
      read(detail::element(from, i), v.emplace_back(), c);
      c.pop();
    }
  } else if constexpr (detail::is_string_map<T>::value) {
    if (!detail::expect_object(from, c)) return;
    v.clear();
    auto target = std::pair(&v, &c);
    detail::each_member(from, &target, [](void* to, const std::string& key, const json& value) {
      auto& [map, context] = *static_cast<decltype(target)*>(to);
      context->push(key);
      read(value, (*map)[key], *context);
      context->pop();
    });
  } else if constexpr (detail::is_variant<T>::value) {
    if (!detail::expect_object(from, c)) return;
    std::string type;
    std::uint64_t version = 0;
    field_reader f(from, c);
    const auto mistakes_before = c.errors().size();
    f("type", type);
    f("version", version);
    const bool known = c.errors().size() == mistakes_before;
    f.with("value", [&](const json& value) {
      if (known) detail::read_alternative(type, version, value, v, c);
    });
    f.finish();
  } else {
    static_assert(described<T>, "give the type a describe function");
    if (!detail::expect_object(from, c)) return;
    field_reader f(from, c);
    T::describe(v, f);
    f.finish();
  }
}

// -- whole values ---------------------------------------------------------------------------------

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
