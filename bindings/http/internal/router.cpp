#include <bindings/http/internal/calls.hpp>

#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <charconv>

namespace loa::http {

namespace {

constexpr std::string_view cap_type = "application/cap+xml";
constexpr std::size_t small_body = 64U << 10;
constexpr std::size_t any_body = 1U << 20;

using enum endpoint::unit_in;

constexpr std::array calls{
    endpoint{method::post,
             "/v1/units/{unit}/alerts",
             call::publish_alert,
             as_path,
             post_alert,
             nullptr,
             256U << 10,
             {cap_type, "application/xml", "text/xml"}},
    endpoint{method::post,
             "/v1/units/{unit}/bulletins",
             call::publish_bulletin,
             as_path,
             post_bulletin,
             nullptr,
             any_body,
             {json_type}},
    endpoint{method::get, "/v1/units/{unit}", call::read_unit, as_path, get_unit},
    endpoint{method::get, "/v1/units/{unit}/bulletins", call::list_bulletins, as_path,
             list_bulletins},
    endpoint{method::get, "/v1/units/{unit}/alerts/cap.atom", call::read_alert, as_path, get_atom},
    endpoint{method::get, "/v1/units/{unit}/cap.atom", call::read_alert, as_path, get_atom},
    endpoint{method::get, "/v1/units/{unit}/alerts/{id}", call::read_alert, as_path, get_alert},
    endpoint{method::get, "/v1/bulletins/{id}/delivery", call::read_delivery, as_id, get_delivery},
    endpoint{method::put,
             "/v1/units/{unit}/devices/{id}",
             call::change_device,
             as_path,
             put_device,
             nullptr,
             small_body,
             {json_type}},
    endpoint{method::erase, "/v1/units/{unit}/devices/{id}", call::change_device, as_path,
             delete_device},
    endpoint{method::get, "/v1/units/{unit}/devices", call::list_devices, as_path, list_devices},
    endpoint{method::post,
             "/v1/units/{unit}/reports",
             call::post_report,
             as_path,
             post_report,
             nullptr,
             any_body,
             {json_type},
             true},
    endpoint{method::get, "/v1/reports/{code}", std::nullopt, nowhere, get_report},
    endpoint{method::post,
             "/v1/reports/{code}/actions",
             std::nullopt,
             nowhere,
             post_report_action,
             nullptr,
             small_body,
             {json_type},
             true},
    endpoint{method::get, "/v1/units/{unit}/effectiveness", call::read_effectiveness, as_path,
             get_effectiveness},
    endpoint{method::get, "/v1/citizens/{id}/stream", std::nullopt, nowhere, nullptr,
             open_citizen_stream},
    endpoint{method::get, "/v1/devices/{unit}/{id}/stream", call::follow_as_device, as_path,
             nullptr, open_device_stream},
    endpoint{method::post,
             "/v1/units/{unit}/move",
             call::move_units,
             as_path,
             post_move,
             nullptr,
             2U << 20,
             {"application/octet-stream"}},
    endpoint{method::get, "/v1/units/{unit}/move", call::move_units, as_path, get_move},
    endpoint{method::get, "/metrics", std::nullopt, nowhere, get_metrics},
    endpoint{method::get, "/healthz", std::nullopt, nowhere, get_health},
    endpoint{method::get, "/readyz", std::nullopt, nowhere, get_readiness},
};

std::string_view next_segment(std::string_view& path) {
  const auto end = std::min(path.find('/', 1), path.size());
  const auto segment = path.substr(1, end - 1);
  path.remove_prefix(end);
  return segment;
}

/// True if the path fits the pattern; what stands in the places of {…} comes to `params`.
bool fits(std::string_view pattern, std::string_view path, std::array<std::string, 2>& params) {
  std::array<std::string_view, 2> raw;
  std::size_t n = 0;
  while (!pattern.empty() && !path.empty() && path[0] == '/') {
    const auto expected = next_segment(pattern);
    const auto found = next_segment(path);
    if (expected.starts_with('{')) {
      if (found.empty()) return false;
      raw[n++] = found;
    } else if (expected != found) {
      return false;
    }
  }
  if (!pattern.empty() || !path.empty()) return false;
  for (std::size_t i = 0; i < n; ++i) {
    auto decoded = percent_decoded(raw[i]);
    // What stands in between takes dots out of a path, so they name nothing (RFC 3986, 5.2.4).
    if (!decoded || *decoded == "." || *decoded == "..") return false;
    params[i] = *std::move(decoded);
  }
  return true;
}

} // namespace

std::span<const endpoint> endpoints() noexcept {
  return calls;
}

route find_route(method verb, std::string_view path) {
  route r;
  const auto sought = verb == method::head ? method::get : verb;
  std::string_view pattern; // of the first call that fits; others with that pattern are its methods
  for (const auto& e : calls) {
    std::array<std::string, 2> params;
    if (!pattern.empty() ? e.pattern != pattern : !fits(e.pattern, path, params)) continue;
    if (pattern.empty()) {
      pattern = e.pattern;
      r.params = std::move(params);
    }
    r.allowed.append(r.allowed.empty() ? "" : ", ").append(to_string(e.verb));
    if (e.verb == method::get && !e.open) r.allowed += ", HEAD";
    if (e.verb == sought && !(e.open && verb == method::head)) r.found = &e;
  }
  if (!r.allowed.empty()) r.allowed += ", OPTIONS";
  return r;
}

path unit_of_path(const request& r) {
  auto unit = path::parse(r.params[0]);
  return unit ? *std::move(unit) : path();
}

name unit_entity(const path& unit) {
  return name::of("unit", unit);
}

std::string digest(bytes_view content) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> hash{};
  unsigned size = 0;
  EVP_Digest(content.data(), content.size(), hash.data(), &size, EVP_sha256(), nullptr);
  std::string text;
  for (unsigned i = 0; i < size; ++i) fmt::format_to(std::back_inserter(text), "{:02x}", hash[i]);
  return text;
}

node::ask_options keyed(const request& r, std::string_view anonymous_caller) {
  if (r.idempotency_key.empty()) return {};
  const auto caller = r.who.token ? r.who.token->id : std::string(anonymous_caller);
  return {fmt::format("{}\n{}\n{}", r.who.token ? "token" : "anonymous", caller, r.idempotency_key),
          digest(fmt::format("{} {}\n{}", to_string(r.verb), r.path, r.body)),
          store::urgency::ordinary};
}

result<std::uint64_t> number_parameter(const request& r, std::string_view name,
                                       std::uint64_t otherwise, std::uint64_t most) {
  auto text = r.parameter(name);
  if (!text) return text.error();
  if (!*text) return otherwise;
  std::uint64_t value = 0;
  const auto* end = (*text)->data() + (*text)->size();
  const auto [stopped, failure] = std::from_chars((*text)->data(), end, value);
  if (failure != std::errc() || stopped != end || value > most)
    return error{
        errc::malformed,
        fmt::format("The query parameter \"{}\" must be a whole number up to {}.", name, most),
        {}};
  return value;
}

} // namespace loa::http
