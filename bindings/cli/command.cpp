#include <bindings/cli/internal/command.hpp>
#include <bindings/node/config.hpp>

#include <fmt/format.h>

#include <ostream>

namespace loa::cli {

void explain(CLI::App& command, std::string_view words) {
  command.footer("\n" + std::string(words) + "\n");
}

void on_chosen(CLI::App& command, invocation& run, std::function<int()> what) {
  command.callback([&run, what = std::move(what)] { run.action = what; });
}

CLI::Validator between(double least, double most) {
  const auto words = fmt::format("in [{:g} - {:g}]", least, most);
  return {[least, most](std::string& text) {
            double value = 0;
            // Whoever only looks for what is too small or too large lets NaN pass.
            if (CLI::detail::lexical_cast(text, value) && value >= least && value <= most)
              return std::string();
            return fmt::format("\"{}\" is no number from {:g} to {:g}", text, least, most);
          },
          words};
}

int fail(streams& io, const error& why) {
  io.err << "loa: " << why.to_string() << '\n';
  return failed;
}

void add_node_options(CLI::App& to, node_options& options) {
  to.add_option("--url", options.url, "The node to talk to")
      ->envname("LOA_URL")
      ->capture_default_str()
      ->group("Which node");
  to.add_option("--token", options.token, "Access token, as \"loa token add\" prints it")
      ->envname("LOA_TOKEN")
      ->group("Which node");
  to.add_option(
        "--token-file", options.token_file,
        "File with the token, which wins over --token; keeps it out of the list of processes")
      ->group("Which node");
  to.add_option("--ca", options.authority,
                "PEM file with the authority that signed the node's certificate")
      ->group("Which node");
  to.add_option("--timeout", options.timeout_seconds, "Seconds to wait for an answer")
      ->check(between(0.001, 86'400))
      ->check(CLI::Range(0.001, 3600.0))
      ->capture_default_str()
      ->group("Which node");
  to.add_flag("--json", options.json, "Print the node's answer as JSON");
}

result<client_options> client_of(const node_options& options) {
  client_options c;
  auto url = node_url::parse(options.url);
  if (!url) return url.error();
  c.node = *url;
  c.authority = options.authority;
  c.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_seconds * 1000));
  c.token = options.token;
  if (!options.token_file.empty()) {
    auto text = host::read_file(options.token_file, 16U << 10);
    if (!text) return text.error();
    c.token = *std::move(text);
  }
  const auto blank = " \t\r\n";
  c.token.erase(0, c.token.find_first_not_of(blank));
  c.token.erase(c.token.find_last_not_of(blank) + 1);
  if (c.token.find_first_of(blank) != std::string::npos)
    return error{errc::malformed, "The token holds blanks or several lines; it is one word.", {}};
  return c;
}

result<nlohmann::json> call_node(const node_options& options, const http_call& call) {
  auto settings = client_of(options);
  if (!settings) return settings.error();
  const bool nameless = settings->token.empty();
  http_client client(*std::move(settings));
  auto answer = client.expect(call);
  if (!answer && nameless && answer.error().code == errc::unauthenticated)
    return error{
        errc::unauthenticated,
        "This call needs a token: name its file with --token-file FILE, or put it into the "
        "variable LOA_TOKEN. loa token add makes one.",
        {}};
  if (!answer) return answer.error();
  if (answer->body.empty()) return nlohmann::json();
  auto body = nlohmann::json::parse(answer->body, nullptr, false);
  if (body.is_discarded())
    return error{errc::malformed,
                 fmt::format("{} did not answer with JSON; is it a Loa node?", options.url),
                 {}};
  return body;
}

std::string text_of(const nlohmann::json& from, const char* key) {
  if (!from.is_object()) return {};
  const auto at = from.find(key);
  if (at == from.end() || at->is_null()) return {};
  return at->is_string() ? at->get<std::string>() : at->dump();
}

} // namespace loa::cli
