#pragma once

#include <bindings/http/token.hpp>

#include <cstdint>
#include <optional>

/// \file
/// Who may do what: one table of role × call. docs/operating.md shows the same table.
namespace loa::http {

/// What a request asks for, as far as rights go.
enum class call : std::uint8_t {
  publish_alert,
  publish_bulletin,
  read_unit,
  list_bulletins,
  read_alert, ///< One alert as CAP, and the Atom feed.
  read_delivery,
  read_missing, ///< The names in a delivery; without it the figures alone are given.
  change_device,
  list_devices,
  post_report,
  read_report,    ///< By its code, without personal data.
  read_personal,  ///< The personal data in a report.
  handle_report,  ///< classify, assign, escalate, reject and close.
  work_on_report, ///< start and answer.
  rate_report,    ///< rate and reopen.
  read_effectiveness,
  follow_as_citizen,
  follow_as_device,
  move_units, ///< To another node, and how far that is.
  count_      ///< Not a call: how many there are.
};

/// True if the role may make the call in its unit's subtree.
[[nodiscard]] bool may(role who, call what) noexcept;

/// True if the call needs no token where `citizens.anonymous` is on.
[[nodiscard]] bool open_to_anybody(call what) noexcept;

/// Who makes a request.
struct caller {
  std::optional<claims> token; ///< None: anonymous.
  bool anonymous_citizens = false;

  /// Nothing if the caller may make the call on `unit`; else `unauthenticated` without a token
  /// where one is needed, or `forbidden`.
  [[nodiscard]] result<void> check(call what, const path& unit) const;
  [[nodiscard]] bool allowed(call what, const path& unit) const { return bool(check(what, unit)); }
  /// True for somebody in office whose unit contains `unit`.
  [[nodiscard]] bool official_of(const path& unit) const;
  /// How logs and journals name the caller: the subject, else "ROLE of UNIT", else "anonymous".
  [[nodiscard]] std::string label() const;
};

} // namespace loa::http

template <>
inline constexpr auto loa::wire::enum_names<loa::http::call> =
    std::to_array<std::pair<loa::http::call, std::string_view>>(
        {{loa::http::call::publish_alert, "publish_alert"},
         {loa::http::call::publish_bulletin, "publish_bulletin"},
         {loa::http::call::read_unit, "read_unit"},
         {loa::http::call::list_bulletins, "list_bulletins"},
         {loa::http::call::read_alert, "read_alert"},
         {loa::http::call::read_delivery, "read_delivery"},
         {loa::http::call::read_missing, "read_missing"},
         {loa::http::call::change_device, "change_device"},
         {loa::http::call::list_devices, "list_devices"},
         {loa::http::call::post_report, "post_report"},
         {loa::http::call::read_report, "read_report"},
         {loa::http::call::read_personal, "read_personal"},
         {loa::http::call::handle_report, "handle_report"},
         {loa::http::call::work_on_report, "work_on_report"},
         {loa::http::call::rate_report, "rate_report"},
         {loa::http::call::read_effectiveness, "read_effectiveness"},
         {loa::http::call::follow_as_citizen, "follow_as_citizen"},
         {loa::http::call::follow_as_device, "follow_as_device"},
         {loa::http::call::move_units, "move_units"}});
