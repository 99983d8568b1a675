#pragma once

#include <bindings/cli/http_client.hpp>
#include <bindings/cli/streams.hpp>
#include <loa/base/result.hpp>

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <string>
#include <string_view>

/// \file
/// What the commands have in common.
namespace loa::cli {

/// One run of the program. The command that was chosen leaves in `action` what it does.
struct invocation {
  streams& io;
  std::function<int()> action;
};

// Each adds one command to the program; its words are in its own source.
void add_node(CLI::App& to, invocation& run);
void add_demo(CLI::App& to, invocation& run);
void add_publish(CLI::App& to, invocation& run);
void add_report(CLI::App& to, invocation& run);
void add_device(CLI::App& to, invocation& run);
void add_status(CLI::App& to, invocation& run);
void add_token(CLI::App& to, invocation& run);
void add_simulate(CLI::App& to, invocation& run);
void add_bench(CLI::App& to, invocation& run);
void add_journal(CLI::App& to, invocation& run);
void add_cluster(CLI::App& to, invocation& run);

/// What a command's help says below its options: what it is for, and examples.
void explain(CLI::App& command, std::string_view words);

/// When the command is chosen, `what` becomes the action of the run.
void on_chosen(CLI::App& command, invocation& run, std::function<int()> what);

/// A number between the two, ends included; what is not a number is not between them.
[[nodiscard]] CLI::Validator between(double least, double most);

/// Says what went wrong and returns `failed`.
int fail(streams& io, const error& why);

/// The options of every command that talks to a running node.
struct node_options {
  std::string url = "http://127.0.0.1:8135";
  std::string token;
  std::string token_file;
  std::string authority;
  double timeout_seconds = 30;
  bool json = false;
};
void add_node_options(CLI::App& to, node_options& options);

/// A client for what the options name; the error says which of them is wrong.
[[nodiscard]] result<client_options> client_of(const node_options& options);

/// Makes the call and gives the JSON body of the answer; an empty body is null. Whatever is not a
/// success is an error.
[[nodiscard]] result<nlohmann::json> call_node(const node_options& options, const http_call& call);

/// A member of an answer as text, "" if it is not there.
[[nodiscard]] std::string text_of(const nlohmann::json& from, const char* key);

} // namespace loa::cli
