#pragma once

#include <bindings/cli/internal/command.hpp>
#include <bindings/node/config.hpp>

#include <filesystem>
#include <string>

namespace loa::cli {

/// Reads a config for a command and says everything that is wrong with it, one line per mistake, or
/// what is unwise about it. Nothing if it is wrong.
[[nodiscard]] std::optional<host::config> checked(const std::filesystem::path& file, streams& io,
                                                  bool with_warnings);

/// Says one mistake in a file: "loa: FILE: PLACE: what is wrong".
void say_mistake(const std::filesystem::path& file, const error& mistake, streams& io);

/// The options of commands that work on a node's data directory without the node.
struct data_options {
  std::string config;
  std::string data;
};
void add_data_options(CLI::App& to, data_options& options);

/// The data directory that the options name; nothing if the config is wrong, which has been said.
[[nodiscard]] std::optional<std::filesystem::path> data_of(const data_options& options,
                                                           streams& io);

/// Refuses a directory that --data names and that is no node's. One that the config names may be
/// made later, at the first start.
[[nodiscard]] result<void> must_hold_data(const data_options& options);

/// Where the journal lies in a data directory. Refused if there is none, with a hint if `data`
/// is the journal itself.
[[nodiscard]] result<std::filesystem::path> journal_in(const std::filesystem::path& data);

} // namespace loa::cli
