#include <loa/base/probe.hpp>

namespace loa {

namespace {

/// Constant-initialized, so that it is there before the first probe of any file.
constinit std::atomic<const probe*> first{nullptr};

} // namespace

probe::probe(std::string_view name) noexcept : name_(name), next_(first.load()) {
  while (!first.compare_exchange_weak(next_, this)) {
  }
}

std::vector<const probe*> probe::all() {
  std::vector<const probe*> out;
  for (const auto* p = first.load(); p; p = p->next_) out.push_back(p);
  std::ranges::sort(out, {}, &probe::name);
  return out;
}

} // namespace loa
