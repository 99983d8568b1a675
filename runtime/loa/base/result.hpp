#pragma once

#include <loa/base/error.hpp>

#include <cassert>
#include <utility>
#include <variant>

namespace loa {

/// A value or an error. Functions that can fail return it; nothing is thrown across floors.
///
/// Reading the side that is not there is a defect of the caller; it asserts or throws, never lies.
template <class T>
class [[nodiscard]] result {
public:
  using value_type = T;

  result(T value) : content_(std::in_place_index<0>, std::move(value)) {}
  result(loa::error e) : content_(std::in_place_index<1>, std::move(e)) {}

  [[nodiscard]] bool has_value() const noexcept { return content_.index() == 0; }
  explicit operator bool() const noexcept { return has_value(); }

  [[nodiscard]] T& value() & { return std::get<0>(content_); }
  [[nodiscard]] const T& value() const& { return std::get<0>(content_); }
  [[nodiscard]] T&& value() && { return std::get<0>(std::move(content_)); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  [[nodiscard]] const loa::error& error() const { return std::get<1>(content_); }

private:
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

  [[nodiscard]] const loa::error& error() const {
    assert(failed_);
    return error_;
  }

private:
  loa::error error_;
  bool failed_ = false;
};

} // namespace loa
