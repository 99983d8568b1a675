#include <bindings/cli/internal/bench.hpp>
#include <bindings/node/config.hpp>

namespace loa::cli {

void add_node_options(CLI::App& to, bench::loa_options& node, std::string& token_file) {
  to.add_option("--hierarchy", node.hierarchy,
                "Hierarchy file; Ho Chi Minh City of 2021 if left out")
      ->check(CLI::ExistingFile);
  to.add_option("--node", node.address,
                "HOST:PORT of a node that runs already, instead of one that is started here");
  to.add_option("--token-file", token_file, "For that node: an editor's token for its root")
      ->check(CLI::ExistingFile);
}

result<void> complete_node(bench::loa_options& node, const std::string& token_file) {
  if (auto found = find_hierarchy(node.hierarchy); !found) return found.error();
  if (token_file.empty()) return {};
  auto token = host::read_file(token_file, 1U << 16);
  if (!token) return token.error();
  node.token = *std::move(token);
  node.token.erase(node.token.find_last_not_of(" \r\n") + 1);
  return {};
}

} // namespace loa::cli
