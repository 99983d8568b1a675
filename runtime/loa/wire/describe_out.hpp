#pragma once

#include <loa/wire/described.hpp>

#include <algorithm>

/// \file
/// Described values on their way out: into a tree of JSON's data model.
namespace loa::wire {

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

} // namespace loa::wire
