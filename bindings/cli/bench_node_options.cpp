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
  return read_token(token_file, node.token);
}

result<void> read_token(const std::string& file, std::string& token) {
  if (file.empty()) return {};
  auto read = host::read_file(file, 1U << 16);
  if (!read) return read.error();
  token = *std::move(read);
  token.erase(token.find_last_not_of(" \r\n") + 1);
  return {};
}

} // namespace loa::cli
