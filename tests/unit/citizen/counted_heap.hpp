#pragma once

#include <cstddef>

namespace loa::test {

/// What this thread takes from the heap while one of these lives.
class counted_heap {
public:
  counted_heap();
  counted_heap(const counted_heap&) = delete;
  counted_heap& operator=(const counted_heap&) = delete;
  ~counted_heap();
  [[nodiscard]] std::size_t allocations() const;
  [[nodiscard]] std::size_t octets() const;
};

} // namespace loa::test
