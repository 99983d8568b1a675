#include <loa/model/body.hpp>
#include <loa/model/bulletin.hpp>
#include <loa/model/report.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model {

namespace {

constexpr std::size_t random_digits = 13;

error wrong(std::string pointer, std::string what, errc code = errc::rule) {
  return {code, std::move(what), std::move(pointer)};
}

bool is_citizen_id(std::string_view id) {
  return name::parse("citizen/x/" + std::string(id)).has_value() &&
         id.size() <= report_limits::citizen;
}

/// type "/" subtype, as RFC 6838 section 4.2 restricts them.
bool is_media_type(std::string_view type) {
  const auto slash = type.find('/');
  const auto token = [](std::string_view s) {
    return !s.empty() && s.size() <= 127 && std::ranges::all_of(s, [](char c) {
      return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
             std::string_view("!#$&-^_.+").find(c) != std::string_view::npos;
    });
  };
  return slash != std::string_view::npos && token(type.substr(0, slash)) &&
         token(type.substr(slash + 1));
}

result<void> check_attachments(std::vector<attachment>& all) {
  if (all.size() > report_limits::attachments)
    return wrong("/attachments",
                 fmt::format("There are {} attachments; the limit is {}.", all.size(),
                             report_limits::attachments),
                 errc::too_large);
  std::size_t octets = 0;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const auto pointer = fmt::format("/attachments/{}", i);
    if (auto done = clean_in_place(all[i].name, {1, 200}, pointer + "/name"); !done)
      return done.error();
    if (!is_media_type(all[i].type))
      return wrong(pointer + "/type", "This must be a media type like image/jpeg.");
    octets += all[i].data.data.size();
  }
  if (octets > report_limits::attachment_octets)
    return wrong("/attachments",
                 fmt::format("The attachments have {} octets; the limit is {}.", octets,
                             report_limits::attachment_octets),
                 errc::too_large);
  return {};
}

result<void> check_category(std::string& category, std::span<const std::string> known) {
  if (auto done = clean_in_place(category, {1, report_limits::category}, "/category"); !done)
    return done.error();
  if (known.empty() || std::ranges::find(known, category) != known.end()) return {};
  return wrong("/category", fmt::format("\"{}\" is not a category here; categories are: {}.",
                                        category, fmt::join(known, ", ")));
}

/// A field that only some actions have a use for.
struct field_use {
  bool given;
  bool usable;
  const char* pointer;
};

} // namespace

report redacted(report r) {
  for (auto& step : r.history) {
    if (step.by == r.citizen) step.by = "citizen";
    if (step.by == "citizen") step.note.clear();
  }
  r.citizen.clear();
  r.text.clear();
  r.where.reset();
  r.attachments.clear();
  return r;
}

report_code make_report_code(const path& unit, random_source& random) {
  return unit.str() + "-" + random_id(random, random_digits);
}

result<report_request> read_report_request(bytes_view json_text,
                                           std::span<const std::string> categories) {
  auto r = read_body<report_request>(json_text, report_request::most_octets);
  if (!r) return r;
  if (!is_citizen_id(r->citizen))
    return wrong("/citizen",
                 fmt::format("A citizen's id has 1 to {} letters, digits or any of ._~@:+-",
                             report_limits::citizen));
  if (auto done = check_category(r->category, categories); !done) return done.error();
  if (auto done = clean_in_place(r->text, {1, report_limits::text, true}, "/text"); !done)
    return done.error();
  if (!r->about.empty() && !unit_of(r->about))
    return wrong("/about", "This must be the id of a bulletin.");
  if (r->where && !valid(geo_point{r->where->lat, r->where->lon}))
    return wrong("/location", "lat must lie within -90 and 90, lon within -180 and 180.");
  if (auto done = check_attachments(r->attachments); !done) return done.error();
  return r;
}

result<report_action> read_report_action(bytes_view json_text) {
  auto a = read_body<report_action>(json_text, report_action::most_octets);
  if (!a) return a;
  using enum report_verb;
  const auto verb = a->action;
  const field_use uses[] = {{a->to.has_value(), verb == assign || verb == escalate, "/to"},
                            {a->rating.has_value(), verb == rate, "/rating"},
                            {!a->category.empty(), verb == classify, "/category"},
                            {!a->shared_with.empty(), verb == assign, "/shared_with"}};
  for (const auto& use : uses)
    if (use.given && !use.usable)
      return wrong(use.pointer,
                   fmt::format("The action {} has no use for this field.", wire::enum_name(verb)));
  const bool needs_note = verb == answer || verb == reject;
  const text_rule note{needs_note ? std::size_t{1} : 0, report_limits::note, true};
  if (needs_note && a->note.empty())
    return wrong("/note", verb == answer ? "An answer needs its text in \"note\"."
                                         : "A rejection needs its reason in \"note\".");
  if (auto done = clean_in_place(a->note, note, "/note"); !done) return done.error();
  if (verb == rate && (!a->rating || *a->rating < 1 || *a->rating > 5))
    return wrong("/rating", "A rating is a whole number from 1 to 5.");
  if (auto done = clean_in_place(a->category, {0, report_limits::category}, "/category"); !done)
    return done.error();
  if (a->shared_with.size() > report_limits::shared_with)
    return wrong("/shared_with",
                 fmt::format("There are {} agencies; the limit is {}.", a->shared_with.size(),
                             report_limits::shared_with),
                 errc::too_large);
  return a;
}

} // namespace loa::model
