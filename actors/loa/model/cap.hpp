#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/result.hpp>
#include <loa/base/time.hpp>
#include <loa/model/geo.hpp>
#include <loa/wire/describe.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

/// \file
/// The Common Alerting Protocol 1.2 (OASIS CAP-v1.2, 1 July 2010): an alert, read from XML and
/// written to XML. cap_rules.hpp lists every rule that the reader checks, with its section;
/// cap_bulletin.hpp makes bulletins of alerts.
namespace loa::model::cap {

enum class status : std::uint8_t { actual, exercise, system, test, draft };
enum class message_type : std::uint8_t { alert, update, cancel, ack, error };
enum class scope : std::uint8_t { public_, restricted, private_ };
enum class category : std::uint8_t {
  geo,
  met,
  safety,
  security,
  rescue,
  fire,
  health,
  env,
  transport,
  infra,
  cbrne,
  other
};
enum class response : std::uint8_t {
  shelter,
  evacuate,
  prepare,
  execute,
  avoid,
  monitor,
  assess,
  all_clear,
  none
};
enum class urgency : std::uint8_t { immediate, expected, future, past, unknown };
enum class severity : std::uint8_t { extreme, severe, moderate, minor, unknown };
enum class certainty : std::uint8_t { observed, likely, possible, unlikely, unknown };

/// A point in time with the offset that its author wrote (section 3.3.2).
struct date_time {
  instant at;
  std::chrono::minutes offset{7 * 60};
  bool operator==(const date_time&) const = default;
};

/// "2025-09-01T05:00:00+07:00"; UTC is written as -00:00. Milliseconds are cut off.
[[nodiscard]] std::string to_string(const date_time& t);
/// The reverse; refuses Z, +00:00, fractions and days that do not exist.
[[nodiscard]] result<date_time> parse_date_time(std::string_view text);

/// eventCode, parameter and geocode: a value and the name of what it is of.
struct named_value {
  std::string name;
  std::string value;
  bool operator==(const named_value&) const = default;
};

/// A message that another one refers to (3.2.1, references).
struct reference {
  std::string sender;
  std::string identifier;
  date_time sent;
  bool operator==(const reference&) const = default;
};

/// "sender,identifier,sent".
[[nodiscard]] std::string to_string(const reference& r);
[[nodiscard]] result<reference> parse_reference(std::string_view text);

struct resource {
  std::string description; ///< resourceDesc
  std::string mime_type;
  std::optional<std::uint64_t> size; ///< Octets, approximately.
  std::string uri;
  std::string deref_uri; ///< The content itself, base64.
  std::string digest;    ///< SHA-1
  bool operator==(const resource&) const = default;
};

struct area {
  std::string description; ///< areaDesc
  std::vector<ring> polygons;
  std::vector<circle> circles;
  std::vector<named_value> geocodes;
  std::optional<double> altitude; ///< Feet above mean sea level; of a range, the lower end.
  std::optional<double> ceiling;  ///< Feet, the upper end.
  bool operator==(const area&) const = default;
};

struct info {
  std::string language = "en-US"; ///< What an absent or empty element means.
  std::vector<category> categories;
  std::string event;
  std::vector<response> responses;
  cap::urgency urgency = urgency::unknown;
  cap::severity severity = severity::unknown;
  cap::certainty certainty = certainty::unknown;
  std::string audience;
  std::vector<named_value> event_codes;
  std::optional<date_time> effective;
  std::optional<date_time> onset;
  std::optional<date_time> expires;
  std::string sender_name;
  std::string headline;
  std::string description;
  std::string instruction;
  std::string web;
  std::string contact;
  std::vector<named_value> parameters;
  std::vector<resource> resources;
  std::vector<area> areas;
  bool operator==(const info&) const = default;
};

/// Optional text elements that are absent or empty are empty strings here.
struct alert {
  std::string identifier;
  std::string sender;
  date_time sent;
  cap::status status = status::actual;
  message_type type = message_type::alert; ///< msgType
  std::string source;
  cap::scope scope = scope::public_;
  std::string restriction;
  std::vector<std::string> addresses;
  std::vector<std::string> codes;
  std::string note;
  std::vector<reference> references;
  std::vector<std::string> incidents;
  std::vector<info> infos;
  bool is_signed = false; ///< An XML signature came with it; it is not verified and not written.
  bool operator==(const alert&) const = default;
};

/// What a document may be before its content is looked at.
struct limits {
  std::size_t octets = 256U << 10;
  std::size_t depth = 24;
  std::size_t elements = 20'000;
  std::size_t shapes = 200;   ///< Polygons and circles in all.
  std::size_t points = 4'000; ///< In all polygons together.
};

/// Reads a CAP 1.2 document in whatever encoding it declares, and checks every rule.
///
/// Nothing is fetched and no entity is ever replaced: a DOCTYPE ends the reading at once. The
/// namespace is judged by its URI under any prefix. Texts come in NFC. `code` is `malformed` for
/// what is not well-formed XML, `too_large` over a limit, `unsupported` for another version of CAP,
/// else `rule`. An error's `pointer` is the element's path, "alert/info[1]/area[2]/polygon" (info,
/// resource and area always with their number, others where there are several), its `detail` begins
/// with the line. The result's error is the first mistake; `all`, where given, receives each (at
/// most 100), and `warnings` what the standard advises against but does not forbid.
[[nodiscard]] result<alert> read(bytes_view xml, std::vector<error>* all = nullptr,
                                 std::vector<std::string>* warnings = nullptr,
                                 const limits& within = {});

/// The alert as a CAP 1.2 document in UTF-8. What `read` gave, `write` writes so that `read` gives
/// it again.
[[nodiscard]] std::string write(const alert& a);

/// The alert without embedded content: derefUri must be removed before a message goes on to
/// networks where resources can be fetched (3.2.3, derefUri (4)); a resource that has no other
/// address goes too.
[[nodiscard]] alert without_embedded_content(alert a);

/// The alert with all its times moved so that it was sent at `sent`; references stay.
[[nodiscard]] alert sent_at(alert a, instant sent);

} // namespace loa::model::cap

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::status> =
    std::to_array<std::pair<loa::model::cap::status, std::string_view>>(
        {{loa::model::cap::status::actual, "Actual"},
         {loa::model::cap::status::exercise, "Exercise"},
         {loa::model::cap::status::system, "System"},
         {loa::model::cap::status::test, "Test"},
         {loa::model::cap::status::draft, "Draft"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::message_type> =
    std::to_array<std::pair<loa::model::cap::message_type, std::string_view>>(
        {{loa::model::cap::message_type::alert, "Alert"},
         {loa::model::cap::message_type::update, "Update"},
         {loa::model::cap::message_type::cancel, "Cancel"},
         {loa::model::cap::message_type::ack, "Ack"},
         {loa::model::cap::message_type::error, "Error"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::scope> =
    std::to_array<std::pair<loa::model::cap::scope, std::string_view>>(
        {{loa::model::cap::scope::public_, "Public"},
         {loa::model::cap::scope::restricted, "Restricted"},
         {loa::model::cap::scope::private_, "Private"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::category> =
    std::to_array<std::pair<loa::model::cap::category, std::string_view>>(
        {{loa::model::cap::category::geo, "Geo"},
         {loa::model::cap::category::met, "Met"},
         {loa::model::cap::category::safety, "Safety"},
         {loa::model::cap::category::security, "Security"},
         {loa::model::cap::category::rescue, "Rescue"},
         {loa::model::cap::category::fire, "Fire"},
         {loa::model::cap::category::health, "Health"},
         {loa::model::cap::category::env, "Env"},
         {loa::model::cap::category::transport, "Transport"},
         {loa::model::cap::category::infra, "Infra"},
         {loa::model::cap::category::cbrne, "CBRNE"},
         {loa::model::cap::category::other, "Other"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::response> =
    std::to_array<std::pair<loa::model::cap::response, std::string_view>>(
        {{loa::model::cap::response::shelter, "Shelter"},
         {loa::model::cap::response::evacuate, "Evacuate"},
         {loa::model::cap::response::prepare, "Prepare"},
         {loa::model::cap::response::execute, "Execute"},
         {loa::model::cap::response::avoid, "Avoid"},
         {loa::model::cap::response::monitor, "Monitor"},
         {loa::model::cap::response::assess, "Assess"},
         {loa::model::cap::response::all_clear, "AllClear"},
         {loa::model::cap::response::none, "None"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::urgency> =
    std::to_array<std::pair<loa::model::cap::urgency, std::string_view>>(
        {{loa::model::cap::urgency::immediate, "Immediate"},
         {loa::model::cap::urgency::expected, "Expected"},
         {loa::model::cap::urgency::future, "Future"},
         {loa::model::cap::urgency::past, "Past"},
         {loa::model::cap::urgency::unknown, "Unknown"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::severity> =
    std::to_array<std::pair<loa::model::cap::severity, std::string_view>>(
        {{loa::model::cap::severity::extreme, "Extreme"},
         {loa::model::cap::severity::severe, "Severe"},
         {loa::model::cap::severity::moderate, "Moderate"},
         {loa::model::cap::severity::minor, "Minor"},
         {loa::model::cap::severity::unknown, "Unknown"}});

template <>
inline constexpr auto loa::wire::enum_names<loa::model::cap::certainty> =
    std::to_array<std::pair<loa::model::cap::certainty, std::string_view>>(
        {{loa::model::cap::certainty::observed, "Observed"},
         {loa::model::cap::certainty::likely, "Likely"},
         {loa::model::cap::certainty::possible, "Possible"},
         {loa::model::cap::certainty::unlikely, "Unlikely"},
         {loa::model::cap::certainty::unknown, "Unknown"}});
