#include <loa/base/runtime_thread.hpp>

namespace loa {

namespace {
constinit thread_local unsigned depth = 0;
} // namespace

void become_runtime_thread() noexcept {
  ++depth;
}

bool on_runtime_thread() noexcept {
  return depth > 0;
}

runtime_thread_scope::runtime_thread_scope() noexcept {
  ++depth;
}

runtime_thread_scope::~runtime_thread_scope() {
  --depth;
}

} // namespace loa
