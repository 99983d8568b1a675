#include <bindings/cli/internal/local_node.hpp>
#include <bindings/node/station.hpp>

#include <fmt/format.h>

#include <ostream>

namespace loa::cli {

std::optional<host::config> checked(const std::filesystem::path& file, streams& io,
                                    bool with_warnings) {
  auto read = host::read_config(file);
  for (const auto& m : read.mistakes)
    io.err << fmt::format("loa: {}: {}{}{}\n", file.string(), m.pointer,
                          m.pointer.empty() ? "" : ": ", m.detail);
  if (with_warnings)
    for (const auto& w : read.warnings) io.err << "loa: warning: " << w << '\n';
  return std::move(read.value);
}

void add_data_options(CLI::App& to, data_options& options) {
  auto* group = to.add_option_group("whose data");
  group->add_option("--config", options.config, "The node's config file");
  group->add_option("--data", options.data, "The node's data directory");
  group->require_option(1);
}

std::optional<std::filesystem::path> data_of(const data_options& options, streams& io) {
  if (options.config.empty()) return options.data;
  auto c = checked(options.config, io, false);
  if (!c) return std::nullopt;
  return c->data;
}

std::filesystem::path journal_in(const std::filesystem::path& data) {
  return data / host::journal_directory;
}

} // namespace loa::cli
