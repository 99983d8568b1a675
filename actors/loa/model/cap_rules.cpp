#include <loa/model/cap_rules.hpp>

#include <algorithm>

namespace loa::model::cap {

namespace {

constexpr rule all_rules[] = {
    {"coordinate-pair", "1.5",
     "A coordinate pair is latitude,longitude in decimal degrees, within -90 to 90 and -180 to "
     "180."},
    {"identifier", "3.2.1", "An identifier is not empty and has no spaces, commas, < or & in it."},
    {"sender", "3.2.1", "A sender is not empty and has no spaces, commas, < or & in it."},
    {"status", "3.2.1", "A status is Actual, Exercise, System, Test or Draft."},
    {"msg-type", "3.2.1", "A msgType is Alert, Update, Cancel, Ack or Error."},
    {"scope", "3.2.1", "A scope is Public, Restricted or Private."},
    {"restriction", "3.2.1", "A restriction is there if, and only if, the scope is Restricted."},
    {"addresses-private", "3.2.1", "A message of scope Private names its addresses."},
    {"addresses-form", "3.2.1",
     "Addresses are separated by spaces; one with a space in it stands in double quotes."},
    {"references-required", "3.2.1",
     "An Update, Cancel, Ack or Error names the messages it is about in its references."},
    {"references-form", "3.2.1",
     "References read sender,identifier,sent and are separated by white space."},
    {"references-earlier", "3.2.1",
     "A message refers to earlier ones, neither to itself nor to what was sent after it."},
    {"incidents-form", "3.2.1",
     "Incidents are separated by spaces; one with a space in it stands in double quotes."},
    {"info-sequence", "3.2.2",
     "Of several infos in one language about one event in one area, a later one may add to what an "
     "earlier one says but not change it."},
    {"language", "3.2.2", "A language is a tag like vi or en-US (RFC 3066)."},
    {"category", "3.2.2",
     "A category is Geo, Met, Safety, Security, Rescue, Fire, Health, Env, Transport, Infra, CBRNE "
     "or Other."},
    {"response-type", "3.2.2",
     "A responseType is Shelter, Evacuate, Prepare, Execute, Avoid, Monitor, Assess, AllClear or "
     "None."},
    {"urgency", "3.2.2", "An urgency is Immediate, Expected, Future, Past or Unknown."},
    {"severity", "3.2.2", "A severity is Extreme, Severe, Moderate, Minor or Unknown."},
    {"certainty", "3.2.2", "A certainty is Observed, Likely, Possible, Unlikely or Unknown."},
    {"web", "3.2.2", "The web element holds a full, absolute URI."},
    {"mime-type", "3.2.3", "A mimeType is a type and a subtype, like image/png (RFC 2046)."},
    {"size", "3.2.3", "A size is a whole number of bytes."},
    {"uri", "3.2.3",
     "A uri is absolute; a relative one is allowed only to name the content of a derefUri beside "
     "it."},
    {"deref-uri", "3.2.3", "A derefUri holds the content in base64."},
    {"digest", "3.2.3", "A digest is the SHA-1 of the content, 20 octets."},
    {"polygon-points", "3.2.4",
     "A polygon is a list of at least four coordinate pairs, separated by white space."},
    {"polygon-closed", "3.2.4", "The first and the last pair of a polygon are the same."},
    {"circle", "3.2.4",
     "A circle is a coordinate pair, one space and a radius in kilometres, not negative."},
    {"altitude", "3.2.4", "An altitude is a decimal number of feet above mean sea level."},
    {"ceiling", "3.2.4", "A ceiling is a decimal number of feet, not below the altitude."},
    {"ceiling-altitude", "3.2.4", "A ceiling is used only together with an altitude."},
    {"namespace", "3.3.1",
     "The document is an alert in the namespace urn:oasis:names:tc:emergency:cap:1.2, and so are "
     "its "
     "elements."},
    {"date-time", "3.3.2",
     "A time reads like 2025-09-01T05:00:00+07:00: a numeric offset, no Z, no fractions; UTC is "
     "-00:00."},
    {"required", "3.4", "What the schema requires is there."},
    {"known", "3.4", "Only elements and attributes of the schema are there."},
    {"order", "3.4", "Elements stand in the order of the schema."},
    {"once", "3.4", "An element that the schema allows once is not repeated."},
    {"plain-text", "3.4",
     "An element holds either text or other elements, as the schema says, not both."},
};

} // namespace

std::span<const rule> rules() noexcept {
  return all_rules;
}

const rule* find_rule(std::string_view id) noexcept {
  const auto* found = std::ranges::find(all_rules, id, &rule::id);
  return found == std::end(all_rules) ? nullptr : found;
}

} // namespace loa::model::cap
