#include <loa/model/cap.hpp>
#include <loa/model/internal/cap_node.hpp>
#include <loa/model/internal/cap_values.hpp>
#include <loa/model/internal/xml_writer.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model::cap {

namespace {

template <class E>
void code(xml::writer& w, std::string_view name, E value) {
  w.leaf(name, wire::enum_name(value));
}

void time(xml::writer& w, std::string_view name, const std::optional<date_time>& t) {
  if (t) w.leaf(name, to_string(*t));
}

void pairs(xml::writer& w, std::string_view name, const std::vector<named_value>& all) {
  for (const auto& v : all) {
    w.open(name);
    w.leaf("valueName", v.name);
    w.leaf("value", v.value);
    w.close();
  }
}

void write(xml::writer& w, const resource& r) {
  w.open("resource");
  w.leaf("resourceDesc", r.description);
  w.leaf("mimeType", r.mime_type);
  if (r.size) w.leaf("size", std::to_string(*r.size));
  w.leaf_if("uri", r.uri);
  w.leaf_if("derefUri", r.deref_uri);
  w.leaf_if("digest", r.digest);
  w.close();
}

void write(xml::writer& w, const area& a) {
  w.open("area");
  w.leaf("areaDesc", a.description);
  for (const auto& p : a.polygons) {
    std::string points;
    for (const auto& point : p) points.append(points.empty() ? "" : " ").append(write_pair(point));
    w.leaf("polygon", points);
  }
  for (const auto& c : a.circles)
    w.leaf("circle", write_pair(c.centre) + " " + write_decimal(c.radius_km));
  pairs(w, "geocode", a.geocodes);
  if (a.altitude) w.leaf("altitude", write_decimal(*a.altitude));
  if (a.ceiling) w.leaf("ceiling", write_decimal(*a.ceiling));
  w.close();
}

void write(xml::writer& w, const info& i) {
  w.open("info");
  w.leaf("language", i.language);
  for (const auto c : i.categories) code(w, "category", c);
  w.leaf("event", i.event);
  for (const auto r : i.responses) code(w, "responseType", r);
  code(w, "urgency", i.urgency);
  code(w, "severity", i.severity);
  code(w, "certainty", i.certainty);
  w.leaf_if("audience", i.audience);
  pairs(w, "eventCode", i.event_codes);
  time(w, "effective", i.effective);
  time(w, "onset", i.onset);
  time(w, "expires", i.expires);
  w.leaf_if("senderName", i.sender_name);
  w.leaf_if("headline", i.headline);
  w.leaf_if("description", i.description);
  w.leaf_if("instruction", i.instruction);
  w.leaf_if("web", i.web);
  w.leaf_if("contact", i.contact);
  pairs(w, "parameter", i.parameters);
  for (const auto& r : i.resources) write(w, r);
  for (const auto& a : i.areas) write(w, a);
  w.close();
}

} // namespace

std::string write(const alert& a) {
  xml::writer w;
  w.open("alert", {{"xmlns", cap_namespace}});
  w.leaf("identifier", a.identifier);
  w.leaf("sender", a.sender);
  w.leaf("sent", to_string(a.sent));
  code(w, "status", a.status);
  code(w, "msgType", a.type);
  w.leaf_if("source", a.source);
  code(w, "scope", a.scope);
  w.leaf_if("restriction", a.restriction);
  w.leaf_if("addresses", quote_words(a.addresses));
  for (const auto& c : a.codes) w.leaf("code", c);
  w.leaf_if("note", a.note);
  std::string references;
  for (const auto& r : a.references)
    references.append(references.empty() ? "" : " ").append(to_string(r));
  w.leaf_if("references", references);
  w.leaf_if("incidents", quote_words(a.incidents));
  for (const auto& i : a.infos) write(w, i);
  w.close();
  return std::move(w).take();
}

alert without_embedded_content(alert a) {
  for (auto& i : a.infos) {
    for (auto& r : i.resources) r.deref_uri.clear();
    std::erase_if(i.resources, [](const resource& r) { return !is_absolute_uri(r.uri); });
  }
  return a;
}

alert sent_at(alert a, instant sent) {
  const auto by = sent - a.sent.at;
  a.sent.at = sent;
  for (auto& i : a.infos)
    for (auto* t : {&i.effective, &i.onset, &i.expires})
      if (*t) (*t)->at += by;
  return a;
}

} // namespace loa::model::cap
