#pragma once

#include <vector>

namespace loa::bench {

/// A process and all that descend from it now, for servers that work in several (proc(5)). Linux.
[[nodiscard]] std::vector<int> process_tree(int root);

} // namespace loa::bench
