#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/internal/history_notes.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <memory>
#include <optional>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;

struct report_options {
  node_options node;
  std::string unit, citizen, category, text, kind, about, key; // submit
  std::string code;                                            // show, act
  std::string action, note, to, new_category;                  // act
  std::optional<int> rating;
};

int show(const json& r, bool as_json, streams& io) {
  if (as_json) {
    io.out << r.dump(2) << '\n';
    return done;
  }
  const auto line = [&](std::string_view title, const std::string& value) {
    if (!value.empty()) io.out << fmt::format("{:<12} {}\n", title, value);
  };
  line("Report", text_of(r, "code"));
  line("Received by", text_of(r, "unit"));
  line("Responsible", text_of(r, "responsible"));
  line("State", text_of(r, "state"));
  line("Category", text_of(r, "category"));
  line("Due", text_of(r, "due"));
  line("Text", text_of(r, "text"));
  line("Answer", text_of(r, "answer"));
  line("Rating", text_of(r, "rating"));
  const auto history = r.find("history");
  if (history == r.end() || !history->is_array() || history->empty()) return done;
  table t({{"When"}, {"Who"}, {"State"}, {"Note"}});
  const auto notes = history_notes(r);
  for (std::size_t i = 0; i < history->size(); ++i) {
    const auto& e = (*history)[i];
    t.row({text_of(e, "at"), text_of(e, "by"), text_of(e, "state"), notes[i]});
  }
  io.out << '\n';
  t.print(io.out);
  return done;
}

int submit(const report_options& o, streams& io) {
  json body{{"citizen", o.citizen}, {"category", o.category}, {"text", o.text}};
  if (!o.kind.empty()) body["kind"] = o.kind;
  if (!o.about.empty()) body["about"] = o.about;
  auto answer =
      call_node(o.node, {.method = "POST",
                         .target = fmt::format("/v1/units/{}/reports", percent_encoded(o.unit)),
                         .body = body.dump(-1, ' ', false, json::error_handler_t::replace),
                         .content_type = "application/json",
                         .key = o.key});
  if (!answer) return fail(io, answer.error());
  if (o.node.json) io.out << answer->dump(2) << '\n';
  if (o.node.json) return done;
  io.err << fmt::format("Received; due {}. Follow it with loa report show and the code:\n",
                        text_of(*answer, "due"));
  io.out << text_of(*answer, "code") << '\n';
  return done;
}

int act(const report_options& o, streams& io) {
  json body{{"action", o.action}};
  if (!o.note.empty()) body["note"] = o.note;
  if (!o.to.empty()) body["to"] = o.to;
  if (!o.new_category.empty()) body["category"] = o.new_category;
  if (o.rating) body["rating"] = *o.rating;
  auto answer =
      call_node(o.node, {.method = "POST",
                         .target = fmt::format("/v1/reports/{}/actions", percent_encoded(o.code)),
                         .body = body.dump(-1, ' ', false, json::error_handler_t::replace),
                         .content_type = "application/json",
                         .key = o.key});
  if (!answer) return fail(io, answer.error());
  return show(*answer, o.node.json, io);
}

} // namespace

void add_report(CLI::App& to, invocation& run) {
  auto* group = to.add_subcommand("report", "Send, read and handle a citizen's report");
  group->require_subcommand(1);
  auto o = std::make_shared<report_options>();

  auto* s = group->add_subcommand("submit",
                                  "Send a report to a unit; prints its code, the citizen's key");
  s->add_option("--unit", o->unit, "The unit that receives it")->required();
  s->add_option("--citizen", o->citizen, "The citizen's id")->required();
  s->add_option("--category", o->category, "One of the node's categories")->required();
  s->add_option("--text", o->text, "What the citizen says")->required();
  s->add_option("--kind", o->kind,
                "observation (phản ánh), petition (kiến nghị) or suggestion (góp ý)")
      ->check(CLI::IsMember({"observation", "petition", "suggestion"}));
  s->add_option("--about", o->about, "The id of a bulletin that it refers to");
  s->add_option("--key", o->key, "Idempotency key: sending again under it changes nothing");
  add_node_options(*s, o->node);
  explain(*s,
          "Standard output is the code alone, so that a script can keep it; what else there is to\n"
          "say goes to standard error.\n\n"
          "  loa report submit --unit 79.769.26794 --citizen lan --category road \\\n"
          "      --text \"Ổ gà trước số 12\"\n"
          "  CODE=$(loa report submit --unit 79.769.26794 --citizen lan --category road \\\n"
          "      --text \"Ổ gà trước số 12\")");
  on_chosen(*s, run, [o, &run] { return submit(*o, run.io); });

  auto* r = group->add_subcommand("show", "Show a report; personal data only to its officials");
  r->add_option("CODE", o->code, "The report's code")->required();
  add_node_options(*r, o->node);
  explain(*r, "  loa report show 79.769.26794-3F0K2M9QXZ7AB");
  on_chosen(*r, run, [o, &run] {
    auto answer =
        call_node(o->node, {.target = fmt::format("/v1/reports/{}", percent_encoded(o->code))});
    return answer ? show(*answer, o->node.json, run.io) : fail(run.io, answer.error());
  });

  auto* a = group->add_subcommand("act", "Take the next step with a report");
  a->add_option("CODE", o->code, "The report's code")->required();
  a->add_option("ACTION", o->action, "What to do")
      ->required()
      ->check(CLI::IsMember({"classify", "assign", "start", "answer", "reject", "escalate", "close",
                             "reopen", "rate"}));
  a->add_option("--note", o->note, "The answer, the reason of a rejection, or a remark");
  a->add_option("--to", o->to, "The unit that becomes responsible (assign, escalate)");
  a->add_option("--category", o->new_category, "The right category (classify)");
  a->add_option("--rating", o->rating, "1 to 5 (rate)")->check(CLI::Range(1, 5));
  a->add_option("--key", o->key, "Idempotency key: doing it again under it changes nothing");
  add_node_options(*a, o->node);
  explain(*a, "  loa report act 79.769.26794-3F0K2M9QXZ7AB answer --note \"Đã vá\" --token-file "
              "T\n  loa report act 79.769.26794-3F0K2M9QXZ7AB rate --rating 5");
  on_chosen(*a, run, [o, &run] { return act(*o, run.io); });
  explain(*group, "Citizens' feedback: phản ánh, kiến nghị, góp ý.\n\n"
                  "  loa report submit --unit 79.769.26794 --citizen lan --category road \\\n"
                  "      --text \"Ổ gà trước số 12\"\n"
                  "  loa report show 79.769.26794-3F0K2M9QXZ7AB\n"
                  "  loa report act CODE answer --note \"Đã vá\" --token-file official.token");
}

} // namespace loa::cli
