#pragma once

#include <loa/base/result.hpp>

#include <cstddef>

namespace loa::cli {

/// Memory full of zeros that processes may share: who inherits the descriptor maps the same. Its
/// size is fixed when it is made. Owns the mapping and the descriptor.
class shared_memory {
public:
  /// Fresh memory. Programs do not inherit the descriptor unless whoever starts them sees to it.
  [[nodiscard]] static result<shared_memory> make(std::size_t octets);
  /// The memory behind an inherited descriptor. Refused if it is another size.
  [[nodiscard]] static result<shared_memory> open(int descriptor, std::size_t octets);

  shared_memory(shared_memory&& other) noexcept;
  shared_memory& operator=(shared_memory&& other) noexcept;
  ~shared_memory();

  [[nodiscard]] void* data() const noexcept { return data_; }
  [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
  shared_memory(int descriptor, std::size_t octets) : descriptor_(descriptor), octets_(octets) {}
  [[nodiscard]] result<void> map();

  int descriptor_ = -1;
  std::size_t octets_ = 0;
  void* data_ = nullptr;
};

} // namespace loa::cli
