#include <bindings/cli/internal/local_node.hpp>
#include <bindings/node/station.hpp>
#include <bindings/node/token_book.hpp>

#include <fmt/format.h>

#include <ostream>
#include <system_error>

namespace loa::cli {

std::optional<host::config> checked(const std::filesystem::path& file, streams& io,
                                    bool with_warnings) {
  auto read = host::read_config(file);
  for (const auto& m : read.mistakes) say_mistake(file, m, io);
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

void say_mistake(const std::filesystem::path& file, const error& mistake, streams& io) {
  // A file that cannot be read at all is named in the sentence itself.
  const bool named = mistake.detail.starts_with(file.string() + ' ');
  io.err << "loa: ";
  if (!named) io.err << file.string() << ": ";
  if (!mistake.pointer.empty()) io.err << mistake.pointer << ": ";
  io.err << mistake.detail << '\n';
}

result<void> must_hold_data(const data_options& options) {
  if (options.data.empty()) return {};
  const std::filesystem::path data(options.data);
  std::error_code fault;
  if (std::filesystem::exists(data / host::journal_directory, fault)) return {};
  for (const auto& file : host::token_book(data).files())
    if (std::filesystem::exists(file, fault)) return {};
  return error{
      errc::not_found,
      fmt::format("There is no node's data in {}. Name the data directory of a node; before "
                  "its first start name its config, with --config.",
                  options.data),
      {}};
}

result<std::filesystem::path> journal_in(const std::filesystem::path& data) {
  std::error_code fault;
  auto journal = data / host::journal_directory;
  if (std::filesystem::exists(journal, fault)) return journal;
  if (!std::filesystem::exists(data / "data.mdb", fault))
    return error{
        errc::not_found,
        fmt::format("There is no journal in {}: the node has never started, or {} is not its "
                    "data directory.",
                    journal.string(), data.string()),
        {}};
  const auto parent = std::filesystem::weakly_canonical(data, fault).parent_path();
  return error{
      errc::not_found,
      fmt::format("{} is a journal itself. Name the node's data directory, which holds it: "
                  "--data {}",
                  data.string(), parent.string()),
      {}};
}

} // namespace loa::cli
