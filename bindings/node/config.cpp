#include <bindings/node/config.hpp>
#include <bindings/node/internal/cluster_section.hpp>
#include <bindings/node/internal/config_section.hpp>
#include <loa/net/node_id.hpp>
#include <loa/protocol/citizen.hpp>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <fstream>
#include <system_error>

namespace loa::host {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t most_config = 1U << 20;
constexpr duration a_day = std::chrono::days(1);

bool is_ipv4(const std::string& text) {
  in_addr a{};
  return inet_pton(AF_INET, text.c_str(), &a) == 1;
}

bool is_ipv6(const std::string& text) {
  in6_addr a{};
  return inet_pton(AF_INET6, text.c_str(), &a) == 1;
}

bool good_name(std::string_view text) {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  });
}

void read_http_limits(config_section s, http::server_limits& to) {
  const auto count = [&](std::string_view key, std::size_t& value, std::uint64_t most) {
    std::uint64_t n = value;
    s.number(key, n, 1, most);
    value = n;
  };
  const auto octets = [&](std::string_view key, std::size_t& value, std::uint64_t least) {
    std::uint64_t n = value;
    s.size(key, n, least, 1ULL << 30);
    value = n;
  };
  const auto patience = [&](std::string_view key, duration& value) {
    s.span(key, value, 100ms, 1h);
  };
  count("connections", to.connections, 10'000'000);
  count("connections_per_address", to.connections_per_address, 10'000'000);
  octets("header_octets", to.header_octets, 1U << 10);
  octets("body_octets", to.body_octets, 1U << 10);
  count("requests_in_flight", to.requests_in_flight, 1'024);
  octets("unsent_octets", to.unsent_octets, 1U << 10);
  count("units_per_stream", to.units_per_stream, citizen::most_units);
  count("stream_frames", to.stream_frames, 1'000'000);
  octets("stream_octets", to.stream_octets, 64U << 10);
  octets("stream_message_octets", to.stream_message_octets, 256);
  count("stream_messages_per_second", to.stream_messages_per_second, 1'000'000);
  count("handed_over", to.handed_over, 100'000'000);
  patience("handshake", to.handshake);
  patience("header", to.header);
  patience("body", to.body);
  patience("idle", to.idle);
  patience("write", to.write);
  patience("linger", to.linger);
  patience("ping", to.ping);
  octets("send_buffer", to.send_buffer, 4U << 10);
  s.finish();
}

void read_http(config_section s, http::server_options& to, const fs::path& base,
               checked_config& out) {
  s.text("listen", to.listen);
  const auto where = endpoint::parse(to.listen);
  if (!where) s.fail("listen", where.error().detail);
  s.readable_file("certificate", to.certificate, base);
  s.readable_file("key", to.key, base);
  s.flag("plain", to.plain);
  if (to.certificate.empty() != to.key.empty())
    s.fail(to.key.empty() ? "key" : "certificate",
           "TLS needs both \"certificate\" and \"key\"; only one is here.");
  std::uint64_t threads = to.threads;
  s.number("threads", threads, 1, 64);
  to.threads = threads;
  read_http_limits(s.section("limits"), to.limits);
  s.finish();

  if (!where || !to.certificate.empty() || where->loopback()) return;
  if (!to.plain)
    s.fail("listen", fmt::format("{} is reachable from other machines and there is no TLS: name "
                                 "\"certificate\" and \"key\", or say \"plain\": true if something "
                                 "before this node encrypts.",
                                 where->str()));
  else
    out.warnings.push_back(
        fmt::format("The node listens on {} without TLS: tokens and reports can be "
                    "read on the way unless something before it encrypts.",
                    where->str()));
}

/// Without TLS of our own everybody comes from the address of what encrypts, or from this machine.
std::uint64_t usual_pace(const http::server_options& o) {
  const auto where = endpoint::parse(o.listen);
  return where && !where->loopback() && !o.certificate.empty() ? 600 : 0;
}

void read_reports(config_section s, config& to) {
  s.texts("categories", to.http.report_categories, 256);
  auto pace = usual_pace(to.http);
  s.number("per_minute", pace, 0, 1'000'000);
  to.http.reports_per_minute = pace;
  auto clocks = s.section("clocks");
  clocks.span("classify", to.clocks.classify, 1s, 366 * a_day);
  clocks.span("competence", to.clocks.competence, 1s, 366 * a_day);
  clocks.span("answer", to.clocks.answer, 1s, 366 * a_day);
  clocks.span("answer_shared", to.clocks.answer_shared, 1s, 366 * a_day);
  clocks.span("close", to.clocks.close, 1s, 366 * a_day);
  if (to.clocks.answer_shared < to.clocks.answer)
    clocks.fail("answer_shared",
                fmt::format("A shared answer may not have less time ({}) than one agency's ({}).",
                            format_span(to.clocks.answer_shared), format_span(to.clocks.answer)));
  clocks.finish();
  s.finish();
}

void read_log(config_section s, log_options& to) {
  std::string level = "info";
  std::string format = "json";
  s.text("level", level);
  s.text("format", format);
  if (level == "debug")
    to.least = log_level::debug;
  else if (level == "info")
    to.least = log_level::info;
  else if (level == "warning")
    to.least = log_level::warning;
  else if (level == "error")
    to.least = log_level::error;
  else
    s.fail("level", fmt::format("\"{}\" is not one of: debug, info, warning, error.", level));
  to.format = format == "json" ? log_format::json : log_format::text;
  if (format != "json" && format != "text")
    s.fail("format", fmt::format("\"{}\" is not one of: json, text.", format));
  s.finish();
}

void read_limits(config_section s, limits_config& to) {
  s.number("threads", to.threads, 0, 256);
  s.number("waking", to.waking, 1, 65'536);
  s.number("asks", to.asks, 16, 10'000'000);
  s.number("citizens_per_unit", to.citizens_per_unit, 1, 4'000'000);
  s.size("journal_size", to.journal_size, 1ULL << 20, 1ULL << 46);
  s.span("idle", to.idle, 1s, 7 * a_day);
  s.finish();
}

/// What a cluster asks of keys outside of its section.
void read_cluster_root(config_section& s, bool hierarchy_there, config& to, const fs::path& base,
                       checked_config& out) {
  const auto before = out.mistakes.size();
  if (good_name(to.name) && !net::is_node_name(to.name))
    s.fail("name", "In a cluster a node's name has 1 to 64 of a-z, 0-9 and '-', as its certificate "
                   "says it.");
  read_cluster(s.section("cluster"), to, base, out);
  if (!hierarchy_there || out.mistakes.size() != before) return;
  if (auto good = check_hierarchy_document(to); !good)
    s.fail("hierarchy", fmt::format("{} In a cluster the hierarchy is a signed document; \"loa "
                                    "cluster sign\" makes one.",
                                    good.error().detail));
}

void read_root(config_section s, config& to, const fs::path& base, checked_config& out) {
  s.require("name", "what this node is called, for example \"district-769\"");
  if (s.text("name", to.name) && !good_name(to.name))
    s.fail("name", "A name is 1 to 64 letters without accents, digits, '-', '_' and '.'.");
  s.require("data", "the directory where the journal lies");
  s.file("data", to.data, base);
  std::error_code failed;
  if (!to.data.empty() && fs::exists(to.data, failed) && !fs::is_directory(to.data, failed))
    s.fail("data", fmt::format("{} is not a directory.", to.data.string()));
  s.require("hierarchy", "the file with the administrative units");
  const bool there = s.readable_file("hierarchy", to.hierarchy, base);
  if (s.has("cluster")) read_cluster_root(s, there, to, base, out);

  read_http(s.section("http"), to.http, base, out);

  auto citizens = s.section("citizens");
  citizens.flag("anonymous", to.http.anonymous_citizens);
  citizens.span("forget_after", to.forget_after, 1h, 3'660 * a_day);
  citizens.flag("secret", to.http.citizen_secrets);
  citizens.finish();

  read_reports(s.section("reports"), to);
  s.span("retention", to.retention, a_day, 36'600 * a_day);

  auto alerts = s.section("alerts");
  alerts.flag("exercise", to.http.alerts.play_exercises);
  alerts.flag("test", to.http.alerts.play_tests);
  alerts.text("sender", to.http.alert_sender);
  alerts.finish();

  read_limits(s.section("limits"), to.limits);
  read_log(s.section("log"), to.log);
  s.finish();
}

} // namespace

result<endpoint> endpoint::parse(std::string_view text) {
  const error wrong{errc::malformed,
                    fmt::format("\"{}\" is not an address with a port, such as 127.0.0.1:8135, "
                                "[::1]:8135 or localhost:8135.",
                                text),
                    {}};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return wrong;
  endpoint e;
  e.address = text.substr(0, colon);
  const auto port = text.substr(colon + 1);
  const auto [end, failed] = std::from_chars(port.data(), port.data() + port.size(), e.port);
  if (failed != std::errc{} || end != port.data() + port.size()) return wrong;
  const bool bracketed = e.address.starts_with('[') && e.address.ends_with(']');
  if (bracketed) e.address = e.address.substr(1, e.address.size() - 2);
  const bool good = bracketed ? is_ipv6(e.address) : is_ipv4(e.address) || e.address == "localhost";
  if (!good) return wrong;
  return e;
}

std::string endpoint::str() const {
  return is_ipv6(address) ? fmt::format("[{}]:{}", address, port)
                          : fmt::format("{}:{}", address, port);
}

bool endpoint::loopback() const {
  if (address == "localhost") return true;
  in_addr four{};
  if (inet_pton(AF_INET, address.c_str(), &four) == 1) return ntohl(four.s_addr) >> 24 == 127;
  in6_addr six{};
  return inet_pton(AF_INET6, address.c_str(), &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

checked_config parse_config(bytes_view text, const fs::path& base) {
  checked_config out;
  auto parsed =
      wire::document::from_json(text, {.octets = most_config, .depth = 16, .comments = true});
  if (!parsed) {
    out.mistakes.push_back(parsed.error());
    return out;
  }
  config c;
  read_root({&parsed->root(), "", out.mistakes}, c, base, out);
  if (out.mistakes.empty()) out.value = std::move(c);
  return out;
}

checked_config read_config(const fs::path& file) {
  auto text = read_file(file, most_config);
  if (!text) return {{}, {text.error()}, {}};
  return parse_config(*text, fs::absolute(file).parent_path());
}

result<bytes> read_file(const fs::path& file, std::size_t most) {
  std::error_code failed;
  if (fs::is_directory(file, failed))
    return error{errc::malformed, fmt::format("{} is a directory, not a file.", file.string()), {}};
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return error{errc::not_found,
                 fmt::format("{} cannot be read: {}.", file.string(), std::strerror(errno)),
                 {}};
  // As it comes: `most` may be far above what there is, and memory once taken stays the process's.
  constexpr std::size_t piece = 64U << 10;
  bytes content;
  while (in && content.size() <= most) {
    const auto before = content.size();
    content.resize(std::min(before + piece, most + 1));
    in.read(content.data() + before, static_cast<std::streamsize>(content.size() - before));
    content.resize(before + static_cast<std::size_t>(in.gcount()));
  }
  if (content.size() > most)
    return error{
        errc::too_large,
        fmt::format("{} has more than {} octets, the most that is read here.", file.string(), most),
        {}};
  return content;
}

} // namespace loa::host
