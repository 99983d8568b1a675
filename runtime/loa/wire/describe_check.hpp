#pragma once

#include <loa/wire/describe_out.hpp>

#include <cmath>
#include <string>

/// \file
/// Whether a described value can be read back once it is written: looked at before it is stored or
/// sent, since what was answered must be there after a restart.
namespace loa::wire {

/// Collects the first thing about a value that nobody could read back, with a JSON pointer to it.
class write_check {
public:
  /// `depth` is how deep the reader goes, what stands around the value included.
  explicit write_check(std::size_t depth) : depth_(depth) {}

  [[nodiscard]] bool failed() const noexcept { return failed_; }
  void fail(std::string_view what);
  /// The step to the value that failed; called from the inside out.
  void step(std::string_view key) { where_.emplace_back(key); }
  /// False if there is no level more; else `leave` follows.
  [[nodiscard]] bool enter();
  void leave() noexcept { ++depth_; }
  /// The error; only after a failure.
  [[nodiscard]] error why() const;

private:
  std::size_t depth_;
  bool failed_ = false;
  std::string what_;
  std::vector<std::string> where_;
};

template <class T>
void check(const T& v, write_check& c);

class field_checker {
public:
  field_checker(write_check& c, const std::vector<std::string_view>& always)
      : c_(c),
        always_(always) {}

  template <class T>
  void operator()(std::string_view key, const T& v) {
    if (c_.failed()) return;
    check(v, c_);
    if (c_.failed()) c_.step(key);
  }

  /// As field_writer has it: what is left out cannot fail.
  template <class T>
  void optional(std::string_view key, const T& v) {
    if (!(v == T{}) || std::ranges::find(always_, key) != always_.end()) (*this)(key, v);
  }

private:
  write_check& c_;
  const std::vector<std::string_view>& always_;
};

namespace detail {

template <class T>
inline constexpr bool always_readable = std::is_same_v<T, bool> || std::is_same_v<T, std::string> ||
                                        std::is_same_v<T, octets> || std::is_same_v<T, instant> ||
                                        std::is_same_v<T, duration> ||
                                        (std::integral<T> && !named_enum<T>);

/// For what holds others: one level more.
template <class F>
void inside(write_check& c, F&& look) {
  if (!c.enter()) return;
  look();
  c.leave();
}

} // namespace detail

template <class T>
void check(const T& v, write_check& c) {
  if constexpr (detail::always_readable<T>) {
    return;
  } else if constexpr (std::is_same_v<T, double>) {
    if (!std::isfinite(v)) c.fail("This number is not finite.");
  } else if constexpr (named_enum<T>) {
    for (const auto& entry : enum_names<T>)
      if (entry.first == v) return;
    c.fail("This value of an enum has no name.");
  } else if constexpr (std::is_same_v<T, path>) {
    if (v.empty()) c.fail("This path is empty.");
  } else if constexpr (std::is_same_v<T, name>) {
    if (v.empty()) c.fail("This name is empty.");
  } else if constexpr (detail::is_optional<T>::value) {
    if (v) check(*v, c);
  } else if constexpr (detail::is_vector<T>::value) {
    detail::inside(c, [&] {
      if constexpr (!detail::always_readable<typename T::value_type>)
        for (std::size_t i = 0; i < v.size() && !c.failed(); ++i) {
          check(v[i], c);
          if (c.failed()) c.step(std::to_string(i));
        }
    });
  } else if constexpr (detail::is_string_map<T>::value) {
    detail::inside(c, [&] {
      if constexpr (!detail::always_readable<typename T::mapped_type>)
        for (const auto& [key, x] : v) {
          check(x, c);
          if (c.failed()) return c.step(key);
        }
    });
  } else if constexpr (detail::is_variant<T>::value) {
    detail::inside(c, [&] {
      if (v.valueless_by_exception()) return c.fail("This variant has no value.");
      std::visit([&](const auto& x) { check(x, c); }, v);
      if (c.failed()) c.step("value");
    });
  } else {
    static_assert(described<T>, "give the type a describe function");
    detail::inside(c, [&] {
      field_checker f(c, detail::keys_with_initializer<T>());
      T::describe(v, f);
    });
  }
}

/// An error if a described value could not be read back, nested in what takes `around` levels
/// itself, by a reader with these limits: an empty path or name, an enum's value without a name, a
/// number that is not finite, or nesting that is too deep.
template <class T>
[[nodiscard]] result<void> check_readable(const T& v, std::size_t around = 0,
                                          const parse_limits& limits = journal_limits) {
  write_check c(limits.depth - around);
  check(v, c);
  if (c.failed()) return c.why();
  return {};
}

} // namespace loa::wire
