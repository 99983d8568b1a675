#include <bindings/cli/app.hpp>
#include <bindings/cli/internal/command.hpp>

#include <algorithm>
#include <exception>
#include <optional>
#include <ostream>

namespace loa::cli {

namespace {

constexpr const char* about =
    "Loa carries alerts and bulletins from a city to every loudspeaker and citizen, and their\n"
    "reports back.\n\n"
    "Try it:      loa demo\n"
    "Run a node:  loa node city-79.json\n";

/// Groups of options are nameless commands to CLI11.
bool is_command(const CLI::App* c) {
  return !c->get_name().empty();
}

/// A word where a command must stand and none has that name; CLI11 would show help for it.
std::optional<std::string> unknown_command(const CLI::App& app,
                                           const std::vector<std::string>& arguments) {
  const auto* at = &app;
  std::string path;
  for (const auto& word : arguments) {
    const auto below = at->get_subcommands(is_command);
    if (below.empty() || word.starts_with('-')) return std::nullopt;
    const auto found =
        std::ranges::find(below, word, [](const CLI::App* c) { return c->get_name(); });
    path += path.empty() ? word : ' ' + word;
    if (found == below.end()) return path;
    at = *found;
  }
  return std::nullopt;
}

constexpr const char* footer = "\nEvery command explains itself: loa publish --help";

} // namespace

int run(const std::vector<std::string>& arguments, streams io) {
  CLI::App app(about, "loa");
  app.require_subcommand(1);
  app.set_version_flag("--version", "loa 0.1.0");
  app.get_formatter()->column_width(34);

  invocation run{io, {}};
  for (auto* add : {add_node, add_demo, add_publish, add_report, add_device, add_status, add_token,
                    add_journal, add_cluster, add_simulate, add_bench})
    add(app, run);
  app.footer(footer);

  if (const auto unknown = unknown_command(app, arguments)) {
    const auto group =
        unknown->substr(0, unknown->find(' ') == unknown->npos ? 0 : unknown->find(' ') + 1);
    io.err << "loa: there is no command \"" << *unknown << "\"; loa " << group
           << "--help lists what there is.\n";
    return wrong_usage;
  }
  try {
    // CLI11 takes the arguments from the back.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    return run.action ? run.action() : wrong_usage;
  } catch (const CLI::ParseError& e) {
    return app.exit(e, io.out, io.err) == 0 ? done : wrong_usage;
  } catch (const std::exception& e) {
    return fail(io, {errc::internal, std::string("A defect of this program: ") + e.what(), {}});
  }
}

} // namespace loa::cli
