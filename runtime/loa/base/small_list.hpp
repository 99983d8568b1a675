#pragma once

#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

namespace loa {

/// A list that mostly has one element, and then takes no memory of its own.
///
/// A million sessions each follow one unit over one connection; what counts there is not only the
/// allocation but the cache line that it lies on. References stay valid until the next change.
template <class T>
class small_list {
public:
  small_list() = default;
  small_list(const small_list& other)
      : one_(other.one_),
        many_(other.many_ ? std::make_unique<std::vector<T>>(*other.many_) : nullptr),
        has_one_(other.has_one_) {}
  small_list(small_list&& other) noexcept
      : one_(std::move(other.one_)),
        many_(std::move(other.many_)),
        has_one_(std::exchange(other.has_one_, false)) {}
  small_list& operator=(small_list other) noexcept {
    std::swap(one_, other.one_);
    std::swap(many_, other.many_);
    std::swap(has_one_, other.has_one_);
    return *this;
  }
  ~small_list() = default;

  [[nodiscard]] T* data() noexcept { return many_ ? many_->data() : &one_; }
  [[nodiscard]] const T* data() const noexcept { return many_ ? many_->data() : &one_; }
  [[nodiscard]] std::size_t size() const noexcept { return many_ ? many_->size() : has_one_; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

  [[nodiscard]] T* begin() noexcept { return data(); }
  [[nodiscard]] T* end() noexcept { return data() + size(); }
  [[nodiscard]] const T* begin() const noexcept { return data(); }
  [[nodiscard]] const T* end() const noexcept { return data() + size(); }
  [[nodiscard]] T& operator[](std::size_t i) noexcept { return data()[i]; }
  [[nodiscard]] const T& operator[](std::size_t i) const noexcept { return data()[i]; }
  [[nodiscard]] T& front() noexcept { return data()[0]; }
  [[nodiscard]] const T& front() const noexcept { return data()[0]; }

  T& push_back(T x) {
    if (!many_ && !has_one_) {
      one_ = std::move(x);
      has_one_ = true;
      return one_;
    }
    if (!many_) {
      many_ = std::make_unique<std::vector<T>>();
      many_->push_back(std::exchange(one_, T{}));
      has_one_ = false;
    }
    return many_->emplace_back(std::move(x));
  }

  /// Removes what `drop` says yes to.
  template <class F>
  void remove_if(F&& drop) {
    if (many_) {
      std::erase_if(*many_, drop);
    } else if (has_one_ && drop(std::as_const(one_))) {
      one_ = T{};
      has_one_ = false;
    }
  }

private:
  T one_{};
  std::unique_ptr<std::vector<T>> many_; ///< All elements, once there were two.
  bool has_one_ = false;
};

} // namespace loa
