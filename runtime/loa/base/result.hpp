#pragma once

#include <loa/base/error.hpp>

#include <stdexcept>
#include <utility>
#include <variant>

namespace loa {

/// Thrown where code reads the side of a result that is not there. `what()` is the error's sentence
/// if a value was wanted, so that a program of few lines that says `.value()` ends with a reason.
class bad_result : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

namespace detail {
[[noreturn]] void throw_no_value(const error& why);
[[noreturn]] void throw_no_error();
} // namespace detail

/// A value or an error. Functions that can fail return it; nothing is thrown across floors.
///
/// Reading the side that is not there is a defect of the caller and throws `bad_result`.
template <class T>
class [[nodiscard]] result {
public:
  using value_type = T;

  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(loa::error e) : content_(std::in_place_index<1>, std::move(e)) {}

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return held(*this); }
  [[nodiscard]] const T& value() const& { return held(*this); }
  [[nodiscard]] T&& value() && { return std::move(held(*this)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const loa::error& error() const {
    if (const auto* e = std::get_if<1>(&content_)) return *e;
    detail::throw_no_error();
  }

private:
  template <class Self>
  static auto& held(Self& self) {
    if (auto* v = std::get_if<0>(&self.content_)) return *v;
    detail::throw_no_value(*std::get_if<1>(&self.content_));
  }

  std::variant<T, loa::error> content_;
};

/// Done, or an error.
template <>
class [[nodiscard]] result<void> {
public:
  using value_type = void;

  result() = default;
  result(loa::error e) : error_(std::move(e)), failed_(true) {}

  [[nodiscard]] bool has_value() const noexcept { return !failed_; }
  explicit operator bool() const noexcept { return has_value(); }

  /// Nothing, if it was done.
  void value() const {
    if (failed_) detail::throw_no_value(error_);
  }
  [[nodiscard]] const loa::error& error() const {
    if (!failed_) detail::throw_no_error();
    return error_;
  }

private:
  loa::error error_;
  bool failed_ = false;
};

} // namespace loa
