#include <bindings/http/access.hpp>

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace loa::http {

namespace {

constexpr auto calls = static_cast<std::size_t>(call::count_);

/// One row per call, one column per role, in the order of the two enums.
///
///   citizen  device  editor  approver  dispatcher  administrator
constexpr std::array<std::string_view, calls> table{
    "..++++", // publish_alert
    "..++++", // publish_bulletin
    "++++++", // read_unit
    "++++++", // list_bulletins
    "++++++", // read_alert
    "++++++", // read_delivery
    "..++++", // read_missing
    ".....+", // change_device
    "..++++", // list_devices
    "+.++++", // post_report
    "+.++++", // read_report
    "..++++", // read_personal
    "...+++", // handle_report
    "..++++", // work_on_report
    "+.....", // rate_report
    "..++++", // read_effectiveness
    "+.....", // follow_as_citizen
    ".+....", // follow_as_device
    ".....+", // move_units
};

static_assert([] {
  for (const auto row : table)
    if (row.size() != wire::enum_names<role>.size()) return false;
  return true;
}());

} // namespace

bool may(role who, call what) noexcept {
  return table[static_cast<std::size_t>(what)][static_cast<std::size_t>(who)] == '+';
}

bool open_to_anybody(call what) noexcept {
  return what == call::post_report || what == call::read_report || what == call::rate_report ||
         what == call::follow_as_citizen;
}

result<void> caller::check(call what, const path& unit) const {
  if (anonymous_citizens && open_to_anybody(what)) return {};
  if (!token)
    return error{errc::unauthenticated,
                 "This call needs a token: send it as \"Authorization: Bearer TOKEN\".",
                 {}};
  if (!may(token->role, what))
    return error{errc::forbidden,
                 fmt::format("A token with the role {} does not admit {}.",
                             wire::enum_name(token->role), wire::enum_name(what)),
                 {}};
  if (!token->unit.contains(unit))
    return error{errc::forbidden,
                 fmt::format("The token is good for {} and what lies below, not for {}.",
                             token->unit.str(), unit.str()),
                 {}};
  return {};
}

bool caller::official_of(const path& unit) const {
  return token && is_official(token->role) && token->unit.contains(unit);
}

std::string caller::label() const {
  if (!token) return "anonymous";
  if (!token->subject.empty()) return token->subject;
  return fmt::format("{} of {}", wire::enum_name(token->role), token->unit.str());
}

} // namespace loa::http
