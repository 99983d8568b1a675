// The second half of the story: a report climbs and its answer returns.
#include <bindings/cli/demo_story.hpp>
#include <bindings/node/token_book.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ostream>
#include <thread>

namespace loa::cli {

using namespace std::chrono_literals;
using nlohmann::json;

namespace {

result<json> call(http_client& client, const http_call& what) {
  auto answer = client.expect(what);
  if (!answer) return answer.error();
  auto body = json::parse(answer->body, nullptr, false);
  if (!body.is_object()) return error{errc::malformed, "The node did not answer with JSON.", {}};
  return body;
}

/// Reports that the unit and all below have received and processed, by the root's own figures.
result<bool> all_processed(http_client& client, const path& root) {
  for (const auto until = std::chrono::steady_clock::now() + 5s;;) {
    auto e = call(client, {.target = fmt::format("/v1/units/{}/effectiveness", root.str())});
    if (!e) return e.error();
    const auto reports = e->value("reports", json::object());
    if (reports.value("received", 0) >= 1 && reports.value("in_progress", 1) == 0) return true;
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(50ms);
  }
}

} // namespace

result<demo_people> hire(const std::filesystem::path& data, const path& root, const path& commune) {
  host::token_book book(data);
  const auto now = system_clock().now();
  const auto give = [&](http::role role, const path& unit, std::string who) {
    return book.add(
        {.role = role, .unit = unit, .subject = std::move(who), .validity = std::chrono::hours(24)},
        now, system_random());
  };
  auto editor = give(http::role::editor, root, "demo-editor");
  if (!editor) return editor.error();
  auto dispatcher = give(http::role::dispatcher, root, "demo-dispatcher");
  if (!dispatcher) return dispatcher.error();
  auto official = give(http::role::dispatcher, commune, "demo-official");
  if (!official) return official.error();
  return demo_people{*editor, *dispatcher, *official};
}

result<report_outcome> tell_report(const demo_stage& city, const demo_people& people,
                                   const std::string& about, streams& io) {
  http_client citizen({.node = city.where});
  http_client official({.node = city.where, .token = people.official});
  http_client dispatcher({.node = city.where, .token = people.dispatcher});
  const auto& commune = city.plan.communes().back();

  const json request{{"citizen", demo_plan::citizen_id(city.plan.communes().size() - 1)},
                     {"category", "disaster"},
                     {"kind", "observation"},
                     {"text", "Nước ngập đến đầu gối trước số 12, cống bị rác chặn."},
                     {"about", about}};
  const auto began = std::chrono::steady_clock::now();
  auto sent = call(citizen, {.method = "POST",
                             .target = fmt::format("/v1/units/{}/reports", commune.str()),
                             .body = request.dump(),
                             .content_type = "application/json"});
  if (!sent) return sent.error();
  report_outcome out;
  out.code = sent->value("code", "");
  io.out << fmt::format("A citizen of {} reports: {}\n  code {}, due {}\n",
                        city.plan.tree().find(commune)->name, request.value("text", ""), out.code,
                        sent->value("due", ""));

  const auto actions = fmt::format("/v1/reports/{}/actions", out.code);
  const std::vector<json> steps{
      {{"action", "classify"}, {"category", "disaster"}},
      {{"action", "assign"}, {"to", commune.str()}},
      {{"action", "start"}},
      {{"action", "answer"}, {"note", "Đã cho khơi cống và đặt rào chắn; nước rút trước 18 giờ."}}};
  for (const auto& step : steps) {
    auto taken = call(official, {.method = "POST",
                                 .target = actions,
                                 .body = step.dump(),
                                 .content_type = "application/json"});
    if (!taken) return taken.error();
  }
  out.answered = std::chrono::duration_cast<std::chrono::microseconds>(
      std::chrono::steady_clock::now() - began);

  auto read = call(citizen, {.target = fmt::format("/v1/reports/{}", out.code)});
  if (!read) return read.error();
  io.out << fmt::format("The commune's official answers: {}\n", read->value("answer", ""));
  auto rated = call(citizen, {.method = "POST",
                              .target = actions,
                              .body = json{{"action", "rate"}, {"rating", 5}}.dump(),
                              .content_type = "application/json"});
  if (!rated) return rated.error();
  auto counted = all_processed(dispatcher, city.plan.tree().root().unit);
  if (!counted) return counted.error();
  out.complete = *counted && !read->value("answer", "").empty();
  return out;
}

} // namespace loa::cli
