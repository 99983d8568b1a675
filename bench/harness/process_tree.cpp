#include <bench/harness/process_tree.hpp>

#include <fmt/format.h>

#include <fstream>

namespace loa::bench {

std::vector<int> process_tree(int root) {
  std::vector<int> out{root};
  for (std::size_t i = 0; i < out.size(); ++i) {
    std::ifstream children(fmt::format("/proc/{0}/task/{0}/children", out[i]));
    for (int child = 0; children >> child;) out.push_back(child);
  }
  return out;
}

} // namespace loa::bench
