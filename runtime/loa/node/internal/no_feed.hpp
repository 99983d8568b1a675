#pragma once

#include <loa/node/feed_view.hpp>

namespace loa::node {

/// The feed of an entity that has none; lives as long as the program.
[[nodiscard]] const feed_view& no_feed();

} // namespace loa::node
