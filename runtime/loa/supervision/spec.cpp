#include <loa/supervision/spec.hpp>

#include <fmt/format.h>

#include <set>

namespace loa::supervision {

child_spec worker(std::string id, restart_type restart) {
  return {std::move(id), restart, shutdown_mode::within(std::chrono::seconds(5)),
          child_type::worker};
}

child_spec supervisor(std::string id, restart_type restart) {
  return {std::move(id), restart, shutdown_mode::infinity(), child_type::supervisor};
}

result<void> check(const child_spec& child) {
  if (child.id.empty()) return error{errc::rule, "a child of a supervisor needs an id", "/id"};
  if (child.shutdown.limit() < duration(0))
    return error{errc::rule,
                 fmt::format("child {}: the time to shut down must be positive", child.id),
                 "/shutdown"};
  return {};
}

result<void> check(const supervisor_spec& spec, const std::vector<child_spec>& children) {
  if (spec.limit.period <= duration(0))
    return error{errc::rule,
                 fmt::format("supervisor {}: the restart period must be positive", spec.name),
                 "/limit/period"};
  if (spec.strategy == strategy::simple_one_for_one && children.size() != 1)
    return error{
        errc::rule,
        fmt::format("supervisor {}: simple_one_for_one takes exactly one child spec, not {}",
                    spec.name, children.size()),
        "/children"};
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (auto ok = check(children[i]); !ok) {
      auto e = ok.error();
      e.pointer = fmt::format("/children/{}{}", i, e.pointer);
      return e;
    }
    if (!ids.insert(children[i].id).second)
      return error{
          errc::rule,
          fmt::format("supervisor {}: two children are called {}", spec.name, children[i].id),
          fmt::format("/children/{}/id", i)};
  }
  return {};
}

} // namespace loa::supervision
