#pragma once

#include <loa/base/name.hpp>
#include <loa/base/time.hpp>
#include <loa/wire/document.hpp>

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
/// What makes a type one that can be written and read: see describe.hpp.
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

namespace detail {
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

} // namespace loa::wire
