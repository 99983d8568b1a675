#include "city.hpp"

#include <loa/base/time.hpp>

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <fstream>

namespace loa::system_test {

namespace fs = std::filesystem;

answer caller::send(const call& c) {
  std::string head = fmt::format("{} {} HTTP/1.1\r\nHost: 127.0.0.1\r\n", c.method, c.target);
  if (!c.token.empty()) head += fmt::format("Authorization: Bearer {}\r\n", c.token);
  if (!c.key.empty()) head += fmt::format("Idempotency-Key: {}\r\n", c.key);
  if (!c.body.empty())
    head += fmt::format("Content-Type: {}\r\nContent-Length: {}\r\n", c.type, c.body.size());
  client_.send(head + "\r\n" + c.body);
  return client_.read_answer();
}

city::city(const fs::path& data) {
  std::string pattern = (fs::temp_directory_path() / "loa-system-XXXXXX").string();
  dir_ = ::mkdtemp(pattern.data());
  write("city.json", R"({"source": "a test", "root":
    {"code": "79", "name": "Thành phố", "tier": "city", "children": [
      {"code": "760", "name": "Quận 1", "tier": "district", "children": [
        {"code": "26734", "name": "Phường Tân Định", "tier": "commune"},
        {"code": "26737", "name": "Phường Đa Kao", "tier": "commune"}]},
      {"code": "761", "name": "Quận 12", "tier": "district", "children": [
        {"code": "26740", "name": "Phường Thới An", "tier": "commune"}]}]}})");
  configure({{"name", "district-760"},
             {"data", data.string()},
             {"hierarchy", "city.json"},
             {"http", {{"listen", "127.0.0.1:0"}}},
             {"limits", {{"threads", 2}}}});
}

city::~city() {
  node_.reset();
  std::error_code ignored;
  fs::remove_all(dir_, ignored);
}

void city::write(const std::string& name, const std::string& content) const {
  std::ofstream(file(name)) << content;
}

void city::configure(const json& changes) {
  config_.merge_patch(changes);
  write("node.json", config_.dump());
}

const std::string& city::token(const std::string& role) {
  auto& token = tokens_[role];
  if (token.empty()) {
    auto said = loa_says(
        {"token", "add", "--config", config().string(), "--role", role, "--unit", the_city});
    INFO(said.err);
    REQUIRE(said.code == 0);
    token = said.out.substr(0, said.out.find('\n'));
  }
  return token;
}

node_process& city::start() {
  node_.reset();
  node_ = std::make_unique<node_process>(config());
  INFO(node_->said());
  REQUIRE(node_->port() != 0);
  return *node_;
}

json city::get(const std::string& target) {
  const auto a = ask({.target = target, .token = token("approver")});
  INFO(target << ": " << a.body);
  REQUIRE(a.status == 200);
  return a.json();
}

http::test::client city::stream(const std::string& target, const std::string& token) const {
  http::test::client s(node_->port());
  const auto who =
      token.empty() ? std::string() : fmt::format("Authorization: Bearer {}\r\n", token);
  s.send(fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1\r\n{}"
                     "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                     "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                     target, who));
  REQUIRE(s.read_answer(true).status == 101);
  return s;
}

http::test::client city::follow(const std::string& citizen, const std::string& units) const {
  return stream(fmt::format("/v1/citizens/{}/stream?units={}", citizen, units));
}

http::test::client city::attend(const std::string& unit, const std::string& device) {
  return stream(fmt::format("/v1/devices/{}/{}/stream", unit, device), token("device"));
}

void city::install(const std::string& unit, const std::string& device, const std::string& kind) {
  const auto a = ask({.method = "PUT",
                      .target = fmt::format("/v1/units/{}/devices/{}", unit, device),
                      .body = json{{"kind", kind}, {"name", "Cụm loa"}}.dump(),
                      .token = token("administrator")});
  INFO(a.body);
  REQUIRE(a.status == 201);
}

std::vector<json> city::bulletins(const std::string& unit) {
  std::vector<json> all;
  std::uint64_t after = 0;
  for (;;) {
    const auto page = get(fmt::format("/v1/units/{}/bulletins?most=50&after={}", unit, after));
    for (const auto& b : page["bulletins"]) all.push_back(b);
    if (!page.contains("next")) return all;
    REQUIRE(page["next"] > after);
    after = page["next"];
  }
}

std::string cap_alert(const std::string& identifier) {
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  return fmt::format(R"(<?xml version="1.0" encoding="UTF-8"?>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2">
  <identifier>{}</identifier><sender>tester@loa.example</sender><sent>{}</sent>
  <status>Actual</status><msgType>Alert</msgType><scope>Public</scope>
  <info>
    <language>vi</language><category>Fire</category><event>Cháy</event>
    <urgency>Immediate</urgency><severity>Severe</severity><certainty>Observed</certainty>
    <headline>Cháy lớn tại chợ</headline>
    <area><areaDesc>Thành phố</areaDesc></area>
  </info>
</alert>)",
                     identifier, format_rfc3339(now));
}

call report_of(const std::string& unit, const std::string& citizen, const std::string& text) {
  return {.method = "POST",
          .target = "/v1/units/" + unit + "/reports",
          .body = json{{"citizen", citizen}, {"category", "road"}, {"text", text}}.dump()};
}

call bulletin_of(const std::string& unit, const std::string& headline) {
  return {.method = "POST",
          .target = "/v1/units/" + unit + "/bulletins",
          .body = json{{"priority", "routine"},
                       {"category", "other"},
                       {"headline", {{"vi", headline}}},
                       {"text", {{"vi", "Nội dung của " + headline}}}}
                      .dump()};
}

call alert_of(const std::string& unit, const std::string& identifier) {
  return {.method = "POST",
          .target = "/v1/units/" + unit + "/alerts",
          .body = cap_alert(identifier),
          .type = "application/cap+xml"};
}

call action_on(const std::string& code, const json& action) {
  return {.method = "POST", .target = "/v1/reports/" + code + "/actions", .body = action.dump()};
}

} // namespace loa::system_test
