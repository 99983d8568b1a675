#include <loa/model/cap.hpp>
#include <loa/model/internal/cap_checks.hpp>
#include <loa/model/internal/cap_node.hpp>
#include <loa/model/internal/cap_values.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <charconv>

namespace loa::model::cap {

namespace {

// Section 3.4, in the order of the schema.
constexpr child_rule alert_schema[] = {
    {"identifier", true},
    {"sender", true},
    {"sent", true},
    {"status", true},
    {"msgType", true},
    {"source"},
    {"scope", true},
    {"restriction"},
    {"addresses"},
    {"code", false, true},
    {"note"},
    {"references"},
    {"incidents"},
    {"info", false, true},
};
constexpr child_rule info_schema[] = {
    {"language"},
    {"category", true, true},
    {"event", true},
    {"responseType", false, true},
    {"urgency", true},
    {"severity", true},
    {"certainty", true},
    {"audience"},
    {"eventCode", false, true},
    {"effective"},
    {"onset"},
    {"expires"},
    {"senderName"},
    {"headline"},
    {"description"},
    {"instruction"},
    {"web"},
    {"contact"},
    {"parameter", false, true},
    {"resource", false, true},
    {"area", false, true},
};
constexpr child_rule resource_schema[] = {
    {"resourceDesc", true}, {"mimeType", true}, {"size"}, {"uri"}, {"derefUri"}, {"digest"},
};
constexpr child_rule area_schema[] = {
    {"areaDesc", true},
    {"polygon", false, true},
    {"circle", false, true},
    {"geocode", false, true},
    {"altitude"},
    {"ceiling"},
};
constexpr child_rule pair_schema[] = {{"valueName", true}, {"value", true}};

std::string simple(const node& n) {
  n.check_simple();
  return n.text();
}

/// A value that is compared as it stands: xs:string keeps the white space around it.
template <class E>
void code(const node& n, std::string_view rule_id, E& to) {
  const auto text = simple(n);
  if (const auto known = wire::enum_value<E>(text))
    to = *known;
  else
    n.broken(rule_id, fmt::format("\"{}\" is not one of them.",
                                  fit(text, std::min<std::size_t>(columns(text), 60))));
}

template <class E>
void codes(const node& n, std::string_view rule_id, std::vector<E>& to) {
  E value{};
  code(n, rule_id, value);
  to.push_back(value);
}

void time(const node& n, date_time& to) {
  const auto text = simple(n);
  if (const auto t = parse_date_time(trimmed(text)))
    to = *t;
  else
    n.broken("date-time");
}

void time(const node& n, std::optional<date_time>& to) {
  time(n, to.emplace());
}

void word(const node& n, std::string_view rule_id, std::string& to) {
  to = simple(n);
  if (to.empty() || to.find_first_of(" \t\r\n,<&") != std::string::npos) n.broken(rule_id);
}

void list(const node& n, std::string_view rule_id, std::vector<std::string>& to) {
  if (auto all = quoted_words(simple(n)))
    to = *std::move(all);
  else
    n.broken(rule_id, "A double quote is out of place.");
}

void read_references(const node& n, std::vector<reference>& to) {
  const auto text = simple(n);
  for (const auto each : words(text)) {
    if (auto r = parse_reference(each))
      to.push_back(*std::move(r));
    else
      n.broken("references-form", r.error().detail);
  }
}

void read_pair(const node& n, std::vector<named_value>& to) {
  n.check_children(pair_schema);
  named_value v;
  for (const auto& c : n.children()) {
    if (c.name() == "valueName") v.name = simple(c);
    if (c.name() == "value") v.value = simple(c);
  }
  to.push_back(std::move(v));
}

std::optional<geo_point> coordinate(const node& n, std::string_view text) {
  const auto p = text.find('+') == std::string_view::npos ? parse_pair(text) : std::nullopt;
  if (p && valid(*p)) return p;
  n.broken("coordinate-pair", fmt::format("\"{}\" is none.", text.substr(0, 60)));
  return std::nullopt;
}

void read_polygon(const node& n, std::vector<ring>& to) {
  ring r;
  const auto text = simple(n);
  for (const auto pair : words(text)) {
    const auto p = coordinate(n, pair);
    if (!p) return;
    r.push_back(*p);
  }
  if (r.size() < 4) return n.broken("polygon-points", fmt::format("There are {}.", r.size()));
  if (r.front() != r.back()) return n.broken("polygon-closed");
  to.push_back(std::move(r));
}

void read_circle(const node& n, std::vector<circle>& to) {
  const auto text = simple(n);
  const auto whole = trimmed(text);
  const auto space = whole.find(' ');
  const auto radius =
      space == std::string_view::npos ? std::nullopt : parse_decimal(whole.substr(space + 1));
  if (!radius || *radius < 0) return n.broken("circle");
  if (const auto centre = coordinate(n, whole.substr(0, space))) to.push_back({*centre, *radius});
}

void decimal(const node& n, std::string_view rule_id, std::optional<double>& to) {
  to = parse_decimal(trimmed(simple(n)));
  if (!to) n.broken(rule_id);
}

void read_size(const node& n, std::optional<std::uint64_t>& to) {
  const auto text = simple(n);
  const auto digits = trimmed(text);
  const auto* end = digits.data() + digits.size();
  std::uint64_t value = 0;
  const auto [at, failed] = std::from_chars(digits.data(), end, value);
  if (failed != std::errc{} || at != end) return n.broken("size");
  to = value;
}

void read_uri(const node& n, std::string_view rule_id, bool relative_allowed, std::string& to) {
  const auto text = simple(n);
  to = trimmed(text);
  if (to.empty() || is_absolute_uri(to)) return;
  if (!relative_allowed || !is_relative_uri(to)) n.broken(rule_id);
}

area read_area(const node& n) {
  n.check_children(area_schema);
  area a;
  const node* ceiling = nullptr;
  const auto children = n.children();
  for (const auto& c : children) {
    if (c.name() == "areaDesc") a.description = simple(c);
    if (c.name() == "polygon") read_polygon(c, a.polygons);
    if (c.name() == "circle") read_circle(c, a.circles);
    if (c.name() == "geocode") read_pair(c, a.geocodes);
    if (c.name() == "altitude") decimal(c, "altitude", a.altitude);
    if (c.name() == "ceiling") {
      decimal(c, "ceiling", a.ceiling);
      ceiling = &c;
    }
  }
  if (ceiling && !a.altitude) ceiling->broken("ceiling-altitude");
  if (a.ceiling && a.altitude && *a.ceiling < *a.altitude) ceiling->broken("ceiling");
  return a;
}

resource read_resource(const node& n) {
  n.check_children(resource_schema);
  resource r;
  const auto children = n.children();
  for (const auto& c : children)
    if (c.name() == "derefUri") {
      r.deref_uri = simple(c);
      if (!is_base64(r.deref_uri)) c.broken("deref-uri");
    }
  for (const auto& c : children) {
    if (c.name() == "resourceDesc") r.description = simple(c);
    if (c.name() == "mimeType") {
      r.mime_type = simple(c);
      if (!is_mime_type(r.mime_type)) c.broken("mime-type");
    }
    if (c.name() == "size") read_size(c, r.size);
    if (c.name() == "uri") read_uri(c, "uri", !r.deref_uri.empty(), r.uri);
    if (c.name() == "digest") {
      r.digest = simple(c);
      if (!r.digest.empty() && !is_sha1(trimmed(r.digest))) c.broken("digest");
    }
  }
  return r;
}

/// An absent or empty language means en-US (3.2.2, language (2) and (3)).
void read_language(const node& n, std::string& to) {
  const auto text = simple(n);
  const auto tag = trimmed(text);
  if (tag.empty()) return;
  if (is_language_tag(tag))
    to = canonical_language(tag);
  else
    n.broken("language");
}

/// CAP 1.0 knew "Very Likely", which is to be taken as Likely (3.2.2, certainty).
void read_certainty(const node& n, certainty& to) {
  if (n.text() != "Very Likely") return code(n, "certainty", to);
  to = certainty::likely;
  n.advise("\"Very Likely\" is a value of CAP 1.0; it is taken as \"Likely\".");
}

info read_info(const node& n) {
  n.check_children(info_schema);
  info i;
  for (const auto& c : n.children()) {
    const auto& name = c.name();
    if (name == "language") read_language(c, i.language);
    if (name == "category") codes(c, "category", i.categories);
    if (name == "event") i.event = simple(c);
    if (name == "responseType") codes(c, "response-type", i.responses);
    if (name == "urgency") code(c, "urgency", i.urgency);
    if (name == "severity") code(c, "severity", i.severity);
    if (name == "certainty") read_certainty(c, i.certainty);
    if (name == "audience") i.audience = simple(c);
    if (name == "eventCode") read_pair(c, i.event_codes);
    if (name == "effective") time(c, i.effective);
    if (name == "onset") time(c, i.onset);
    if (name == "expires") time(c, i.expires);
    if (name == "senderName") i.sender_name = simple(c);
    if (name == "headline") i.headline = simple(c);
    if (name == "description") i.description = simple(c);
    if (name == "instruction") i.instruction = simple(c);
    if (name == "web") read_uri(c, "web", false, i.web);
    if (name == "contact") i.contact = simple(c);
    if (name == "parameter") read_pair(c, i.parameters);
    if (name == "resource") i.resources.push_back(read_resource(c));
    if (name == "area") i.areas.push_back(read_area(c));
  }
  return i;
}

alert read_alert(const node& n, findings& to) {
  n.check_children(alert_schema);
  alert a;
  for (const auto& c : n.children()) {
    const auto& name = c.name();
    if (c.uri() != cap_namespace) {
      a.is_signed = true;
      continue;
    }
    if (name == "identifier") word(c, "identifier", a.identifier);
    if (name == "sender") word(c, "sender", a.sender);
    if (name == "sent") time(c, a.sent);
    if (name == "status") code(c, "status", a.status);
    if (name == "msgType") code(c, "msg-type", a.type);
    if (name == "source") a.source = simple(c);
    if (name == "scope") code(c, "scope", a.scope);
    if (name == "restriction") a.restriction = simple(c);
    if (name == "addresses") list(c, "addresses-form", a.addresses);
    if (name == "code") a.codes.push_back(simple(c));
    if (name == "note") a.note = simple(c);
    if (name == "references") read_references(c, a.references);
    if (name == "incidents") list(c, "incidents-form", a.incidents);
    if (name == "info") a.infos.push_back(read_info(c));
  }
  // What no single element shows is looked at only where each is what it should be.
  if (to.errors().empty()) check_whole(a, n, to);
  return a;
}

/// The other versions of CAP, by their namespace.
std::string_view other_version(std::string_view uri) {
  if (uri == "urn:oasis:names:tc:emergency:cap:1.1") return "1.1";
  if (uri == "http://www.incident.com/cap/1.0" || uri == "urn:oasis:names:tc:emergency:cap:1.0")
    return "1.0";
  return {};
}

void check_root(const xml::element& root, findings& to) {
  if (const auto version = other_version(root.uri); !version.empty())
    to.fail({errc::unsupported,
             fmt::format("Line {}: This is a message of CAP {}; only CAP 1.2 is accepted.",
                         root.line, version),
             root.name});
  else if (root.uri != cap_namespace || root.name != "alert")
    to.broken("namespace", root.name, root.line,
              fmt::format("The document is {} in {}.", root.name,
                          root.uri.empty() ? "no namespace" : "the namespace " + root.uri));
}

void check_limits(const alert& a, const limits& within, findings& to) {
  std::size_t shapes = 0;
  std::size_t points = 0;
  for (const auto& i : a.infos)
    for (const auto& area : i.areas) {
      shapes += area.polygons.size() + area.circles.size();
      for (const auto& p : area.polygons) points += p.size();
    }
  if (shapes > within.shapes)
    to.fail(
        {errc::too_large,
         fmt::format("There are {} polygons and circles; the limit is {}.", shapes, within.shapes),
         "alert"});
  if (points > within.points)
    to.fail({errc::too_large,
             fmt::format("The polygons have {} points; the limit is {}.", points, within.points),
             "alert"});
}

} // namespace

result<alert> read(bytes_view xml, std::vector<error>* all, std::vector<std::string>* warnings,
                   const limits& within) {
  findings found;
  alert a;
  const auto root = xml::parse(xml, {within.octets, within.depth, within.elements});
  if (!root)
    found.fail(root.error());
  else
    check_root(*root, found);
  if (found.errors().empty()) {
    a = read_alert(node(*root, root->name, found), found);
    check_limits(a, within, found);
  }
  if (all) *all = found.errors();
  if (!found.errors().empty()) return found.errors().front();
  if (warnings) *warnings = std::move(found.warnings());
  return a;
}

} // namespace loa::model::cap
