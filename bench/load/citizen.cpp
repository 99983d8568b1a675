#include <bench/load/citizen.hpp>
#include <bench/load/http_messages.hpp>
#include <bench/load/stream.hpp>
#include <bench/load/websocket_frames.hpp>
#include <loa/base/time.hpp>

#include <fmt/format.h>

namespace loa::bench {

namespace {

/// Replaces what stands in all elements of that name.
void set_element(std::string& xml, std::string_view element, std::string_view value) {
  const auto open = fmt::format("<{}>", element);
  const auto close = fmt::format("</{}>", element);
  for (std::size_t at = 0; (at = xml.find(open, at)) != std::string::npos;) {
    at += open.size();
    const auto end = xml.find(close, at);
    if (end == std::string::npos) return;
    xml.replace(at, end - at, value);
  }
}

/// Every geocode that names a unit names this one.
void set_area(std::string& xml, std::string_view unit) {
  constexpr std::string_view named = "<valueName>unit</valueName>";
  for (std::size_t at = 0; (at = xml.find(named, at)) != std::string::npos; at += named.size()) {
    const auto open = xml.find("<value>", at);
    const auto close = xml.find("</value>", at);
    if (open == std::string::npos || close == std::string::npos) return;
    xml.replace(open + 7, close - open - 7, unit);
  }
}

std::vector<std::string> bulletins_of(const std::vector<std::string>& units) {
  std::vector<std::string> out;
  for (const auto& u : units) out.push_back(fmt::format("/v1/units/{}/bulletins", u));
  return out;
}

} // namespace

citizens::citizens(std::string prefix, std::vector<std::string> units, bool acknowledge)
    : prefix_(std::move(prefix)),
      units_(std::move(units)),
      acknowledge_(acknowledge) {}

std::string citizens::hello(std::size_t n) const {
  return upgrade_request(
      fmt::format("/v1/citizens/{}{}/stream?units={}", prefix_, n, units_[n % units_.size()]));
}

std::size_t citizens::take(std::string_view in, bool subscribed, subscriber_events& to) const {
  return take_stream(in, subscribed, to, [&](std::string_view text) {
    if (const auto position = position_in(text); acknowledge_ && !position.empty())
      to.reply(client_frame(opcode::text, fmt::format("{{\"ack\":{}}}", position)));
    to.message(text);
  });
}

std::string poster::publish(const std::string& identifier) {
  return post_request(targets_[number_in(identifier) % targets_.size()], type_, token_,
                      body(identifier));
}

std::size_t poster::take(std::string_view in, publisher_events& to) {
  std::size_t taken = 0;
  while (const auto answer = whole_message(in.substr(taken))) {
    taken += answer->octets;
    if (answer->status == 202 || answer->status == 201)
      to.accepted();
    else
      to.failed(fmt::format("{} {}", answer->status, answer->body.substr(0, 300)));
  }
  return taken;
}

alert_poster::alert_poster(const std::string& unit, std::string token, std::string alert)
    : poster({fmt::format("/v1/units/{}/alerts", unit)}, "application/cap+xml", std::move(token)),
      alert_(std::move(alert)) {
  set_area(alert_, unit);
}

std::string alert_poster::body(const std::string& identifier) {
  return reissued(alert_, identifier);
}

bulletin_poster::bulletin_poster(const std::vector<std::string>& units, std::string token,
                                 std::size_t octets)
    : poster(bulletins_of(units), "application/json", std::move(token)),
      text_(filled({}, octets)) {}

std::string bulletin_poster::body(const std::string& identifier) {
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  return fmt::format(R"({{"priority":"routine","category":"other","expires":"{}",)"
                     R"("headline":{{"vi":"{}"}},"text":{{"vi":"{}"}}}})",
                     format_rfc3339(now + std::chrono::hours(1)), identifier, text_);
}

std::string reissued(std::string alert, std::string_view identifier) {
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  set_element(alert, "identifier", identifier);
  for (const auto* element : {"sent", "effective", "onset"})
    set_element(alert, element, format_rfc3339(now));
  set_element(alert, "expires", format_rfc3339(now + std::chrono::hours(1)));
  return alert;
}

} // namespace loa::bench
