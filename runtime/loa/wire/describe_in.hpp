#pragma once

#include <loa/wire/described.hpp>

/// \file
/// Described values on their way in: out of a tree of JSON's data model, with each mistake named.
namespace loa::wire {

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

} // namespace loa::wire
