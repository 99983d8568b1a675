#include "counted_heap.hpp"

#include <cstdlib>
#include <new>

namespace {

thread_local bool counting = false;
thread_local std::size_t times = 0;
thread_local std::size_t taken = 0;

} // namespace

// Replaced for this test program only, and in a source of their own, where no caller is inlined.
void* operator new(std::size_t n) {
  if (counting) {
    ++times;
    taken += n;
  }
  if (void* p = std::malloc(n)) return p;
  throw std::bad_alloc();
}
void* operator new(std::size_t n, const std::nothrow_t&) noexcept {
  return std::malloc(n);
}
void operator delete(void* p) noexcept {
  std::free(p);
}
void operator delete(void* p, std::size_t) noexcept {
  std::free(p);
}

namespace loa::test {

counted_heap::counted_heap() {
  times = taken = 0;
  counting = true;
}
counted_heap::~counted_heap() {
  counting = false;
}
std::size_t counted_heap::allocations() const {
  return times;
}
std::size_t counted_heap::octets() const {
  return taken;
}

} // namespace loa::test
