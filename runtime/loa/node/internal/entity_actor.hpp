#pragma once

#include <loa/node/internal/named_actor.hpp>

namespace loa::node {

/// The shell that every entity lives in.
class entity_actor : public named_actor {
public:
  entity_actor(node_core& core, loa::name self, const served_kind& kind)
      : named_actor(core, std::move(self)),
        kind_(kind),
        entity_(kind.make()) {}

protected:
  void after_crash() override { entity_.reset(); }

  const served_kind& kind_;
  std::unique_ptr<entity_object> entity_;
};

} // namespace loa::node
