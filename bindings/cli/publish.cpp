#include <bindings/cli/fresh_alert.hpp>
#include <bindings/cli/internal/command.hpp>
#include <bindings/node/config.hpp>
#include <loa/base/name.hpp>

#include <fmt/format.h>

#include <iterator>
#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

struct publish_options {
  node_options node;
  std::string file;
  std::string unit;
  std::string key;
  bool as_new = false;
};

constexpr std::size_t most_publication = 1U << 20;

result<bytes> read_publication(const std::string& file, std::istream& in) {
  if (file != "-") return host::read_file(file, most_publication);
  bytes text(most_publication + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (text.size() > most_publication)
    return error{errc::too_large, "Standard input holds more than 1 MiB.", {}};
  return text;
}

result<bytes> publication_of(const publish_options& o, std::istream& in) {
  auto text = read_publication(o.file, in);
  if (!text || !o.as_new) return text;
  if (text->find('<') > text->find('{'))
    return error{errc::rule,
                 "--as-new is for CAP alerts: a bulletin gets its identifier and its time when it "
                 "is published.",
                 {}};
  return alert_as_new(*text, system_clock().now(), system_random());
}

/// CAP is XML and begins with '<', possibly behind a byte order mark; a bulletin is a JSON object.
result<http_call> call_for(const publish_options& o, bytes text) {
  bytes_view start(text);
  if (start.starts_with("\xef\xbb\xbf")) start.remove_prefix(3);
  start.remove_prefix(std::min(start.find_first_not_of(" \t\r\n"), start.size()));
  http_call call{.method = "POST", .key = o.key};
  if (start.starts_with('<')) {
    call.target = fmt::format("/v1/units/{}/alerts", o.unit);
    call.content_type = "application/cap+xml";
  } else if (start.starts_with('{')) {
    call.target = fmt::format("/v1/units/{}/bulletins", o.unit);
    call.content_type = "application/json";
  } else {
    return error{
        errc::malformed,
        fmt::format("{} holds neither a CAP alert (XML) nor a bulletin (a JSON object).", o.file),
        {}};
  }
  call.body = std::move(text);
  return call;
}

int publish(const publish_options& o, streams& io) {
  auto text = publication_of(o, io.in);
  if (!text) return fail(io, text.error());
  auto call = call_for(o, *std::move(text));
  if (!call) return fail(io, call.error());
  auto answer = call_node(o.node, *call);
  if (!answer) {
    const auto code = fail(io, answer.error());
    if (!o.as_new && answer.error().pointer.ends_with("/info/expires"))
      io.err << "--as-new publishes an example as if it were written now.\n";
    return code;
  }
  if (o.node.json) {
    io.out << answer->dump(2) << '\n';
    return done;
  }
  io.err << fmt::format("Accepted at position {} in the feed of {}, as:\n",
                        text_of(*answer, "position"), text_of(*answer, "unit"));
  io.out << text_of(*answer, "id") << '\n';
  if (const auto at = answer->find("warnings"); at != answer->end())
    for (const auto& w : *at)
      io.err << "Note: " << (w.is_string() ? w.get<std::string>() : w.dump()) << '\n';
  return done;
}

} // namespace

void add_publish(CLI::App& to, invocation& run) {
  auto* c = to.add_subcommand("publish", "Publish a CAP alert or a bulletin");
  auto o = std::make_shared<publish_options>();
  c->add_option("FILE", o->file, "The alert or bulletin; - reads standard input")->required();
  c->add_option("--unit", o->unit, "The unit that publishes, for example 79.769")
      ->required()
      ->check([](const std::string& text) {
        auto unit = path::parse(text);
        return unit ? std::string{} : unit.error().detail;
      });
  auto* key =
      c->add_option("--key", o->key, "Idempotency key: publishing again under it changes nothing");
  c->add_flag("--as-new", o->as_new,
              "Publish a CAP alert as if it were written now: with a new identifier,\n"
              "sent now, its other times moved along")
      ->excludes(key);
  add_node_options(*c, o->node);
  on_chosen(*c, run, [o, &run] { return publish(*o, run.io); });
  explain(*c,
          "Publishes a CAP 1.2 alert (XML) or a bulletin (JSON) in a unit. The answer comes "
          "when it is\n"
          "safely stored; from then on everybody under its target gets it.\n"
          "Standard output is the id alone; what else there is to say goes to standard error.\n\n"
          "  loa publish storm.xml --unit 79 --token-file editor.token\n"
          "  loa publish notice.json --unit 79.769.26794 --token-file editor.token\n"
          "  loa publish examples/alert.xml --as-new --unit 79 --token-file editor.token\n"
          "  ID=$(loa publish storm.xml --unit 79 --token-file editor.token)");
}

} // namespace loa::cli
