#include <loa/model/cap_bulletin.hpp>
#include <loa/model/internal/cap_target.hpp>
#include <loa/model/internal/cap_values.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model::cap {

namespace {

constexpr duration shortest_cancel = std::chrono::hours(24);

error refused(std::string where, std::string why) {
  return {errc::rule, std::move(why), std::move(where)};
}

/// What must not reach citizens, and why.
result<void> distributable(const alert& a, const policy& what) {
  if (a.type == message_type::ack || a.type == message_type::error)
    return refused("alert/msgType",
                   fmt::format("{} is a message between systems; it cannot be published.",
                               wire::enum_name(a.type)));
  if (a.scope != scope::public_)
    return refused("alert/scope",
                   fmt::format("Only alerts of scope Public are distributed; this one "
                               "is {}.",
                               wire::enum_name(a.scope)));
  const bool played = a.status == status::actual ||
                      (a.status == status::exercise && what.play_exercises) ||
                      (a.status == status::test && what.play_tests);
  if (played) return {};
  if (a.status == status::exercise || a.status == status::test)
    return refused("alert/status",
                   fmt::format("Alerts of status {} are not distributed by this node; its config "
                               "can allow it.",
                               wire::enum_name(a.status)));
  return refused("alert/status", fmt::format("Alerts of status {} never reach citizens.",
                                             wire::enum_name(a.status)));
}

bool vietnamese(std::string_view language) {
  return language == "vi" || language.starts_with("vi-");
}

std::string_view mark(status s, std::string_view language) {
  const bool vi = vietnamese(language);
  if (s == status::exercise) return vi ? "[DIỄN TẬP] " : "[EXERCISE] ";
  if (s == status::test) return vi ? "[THỬ NGHIỆM] " : "[TEST] ";
  return "";
}

/// On one line, with one space between words.
std::string one_line(const std::string& text) {
  return fmt::format("{}", fmt::join(words(text), " "));
}

void append(std::string& to, std::string_view text, std::string_view between) {
  if (text.empty()) return;
  if (!to.empty()) to += between;
  to += text;
}

void add_texts(const alert& a, bulletin& b) {
  for (const auto& i : a.infos) {
    const auto line = one_line(i.headline.empty() ? i.event : i.headline);
    std::string body(trimmed(i.description));
    append(body, trimmed(i.instruction), "\n\n");
    auto& headline = b.headline[i.language];
    if (headline.empty())
      headline = line;
    else if (headline != line)
      append(b.text[i.language], line, "\n\n");
    append(b.text[i.language], body, "\n\n");
  }
  std::erase_if(b.headline, [](const auto& each) { return each.second.empty(); });
  std::erase_if(b.text, [](const auto& each) { return each.second.empty(); });
  if (a.type == message_type::cancel && b.headline.empty()) {
    b.headline = {{"vi", "Cảnh báo trước đó đã được hủy bỏ"},
                  {"en", "The earlier alert has been cancelled"}};
    if (const auto note = trimmed(a.note); !note.empty())
      b.text = {{"vi", std::string(note)}, {"en", std::string(note)}};
  }
  for (auto* all : {&b.headline, &b.text})
    for (auto& [language, text] : *all) text.insert(0, mark(a.status, language));
}

void add_times(const alert& a, instant now, bulletin& b) {
  b.sent = a.sent.at;
  // Section 3.2.2: without "effective" it is effective when it was sent. A sender whose clock is
  // fast does not keep an emergency waiting.
  b.effective = std::min(a.sent.at, now);
  if (!a.infos.empty()) {
    const auto start = [&](const info& i) { return i.effective ? i.effective->at : b.effective; };
    b.effective = start(*std::ranges::min_element(a.infos, {}, start));
  }
  const auto otherwise = std::max(b.effective, now) + default_validity(priority::emergency);
  b.expires = a.infos.empty() ? otherwise : instant::min();
  for (const auto& i : a.infos)
    b.expires = std::max(b.expires, i.expires ? i.expires->at : otherwise);
  if (a.type == message_type::cancel) {
    b.effective = std::min(b.effective, now);
    b.expires = std::max(b.expires, now + shortest_cancel);
  }
}

cap_info info_of(const alert& a) {
  cap_info c{a.identifier,
             a.sender,
             to_string(a.sent),
             std::string(wire::enum_name(a.type)),
             std::string(wire::enum_name(a.status)),
             {}};
  for (const auto& r : a.references) c.references.push_back(to_string(r));
  return c;
}

/// True if the document can be passed on as UTF-8 as it is: it is, and does not say otherwise.
bool is_utf8_document(bytes_view xml) {
  if (!valid_utf8(xml)) return false;
  const auto head = xml.substr(0, xml.find("?>"));
  const auto says = head.size() == xml.size() ? bytes_view::npos : head.find("encoding");
  if (says == bytes_view::npos) return true;
  const auto quote = head.find_first_of("\"'", says);
  if (quote == bytes_view::npos) return true;
  auto name = std::string(head.substr(quote + 1, 5));
  std::ranges::transform(name, name.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  });
  return name == "UTF-8";
}

bool embeds(const alert& a) {
  return std::ranges::any_of(a.infos, [](const info& i) {
    return std::ranges::any_of(i.resources, [](const resource& r) { return !r.deref_uri.empty(); });
  });
}

/// FNV-1a, 64 bits.
std::uint64_t hash(std::string_view text) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3ULL;
  }
  return h;
}

/// CAP sets no limit to them; every frame carries them.
result<void> short_enough(const alert& a) {
  constexpr std::size_t most = 256;
  const auto check = [most](std::string_view text, const char* where) -> result<void> {
    if (text.size() <= most) return {};
    return error{errc::too_large,
                 fmt::format("It has {} octets; the limit is {}.", text.size(), most), where};
  };
  if (auto done = check(a.identifier, "alert/identifier"); !done) return done;
  if (auto done = check(a.sender, "alert/sender"); !done) return done;
  for (const auto& r : a.references) {
    if (auto done = check(r.identifier, "alert/references"); !done) return done;
    if (auto done = check(r.sender, "alert/references"); !done) return done;
  }
  return {};
}

} // namespace

bulletin_id id_of(const path& unit, const reference& message) {
  // Commas cannot be in sender and identifier, so no two messages give the same text.
  seeded_random digits(hash(
      fmt::format("{},{},{}", message.sender, message.identifier, to_millis(message.sent.at))));
  return make_bulletin_id(unit, digits);
}

reference reference_of(const alert& a) {
  return {a.sender, a.identifier, a.sent};
}

result<accepted> to_bulletin(const alert& a, bytes_view original_xml, const path& unit,
                             std::string author, instant now, const unit_tree& tree,
                             const policy& what) {
  if (auto done = distributable(a, what); !done) return done.error();
  if (auto done = short_enough(a); !done) return done.error();
  auto target = find_target(a, unit, tree);
  if (!target) return target.error();

  accepted out;
  out.warnings = std::move(target->warnings);
  auto& b = out.bulletin;
  b.id = id_of(unit, reference_of(a));
  b.unit = unit;
  b.author = std::move(author);
  b.priority = priority::emergency;
  b.category = model::category::emergency;
  b.target = std::move(target->units);
  b.channels = {channel::loudspeaker, channel::board, channel::app};
  b.cap = info_of(a);
  for (const auto& r : a.references) {
    auto id = id_of(unit, r);
    if (std::ranges::find(b.replaces, id) == b.replaces.end()) b.replaces.push_back(std::move(id));
  }
  if (embeds(a))
    b.cap_xml.data = write(without_embedded_content(a));
  else
    b.cap_xml.data = is_utf8_document(original_xml) ? bytes(original_xml) : write(a);
  add_texts(a, b);
  add_times(a, now, b);
  if (b.effective > now)
    out.warnings.push_back(
        fmt::format("Loudspeakers and boards wait until {}, when it becomes effective; the app has "
                    "it at once.",
                    format_rfc3339(b.effective)));
  if (b.headline.empty())
    return refused("alert/info", "There is no headline and no event: nothing to tell people.");
  if (auto wrong = validate(b); !wrong.empty()) return as_alert_error(wrong.front());
  return out;
}

error as_alert_error(const error& e) {
  if (e.pointer.empty()) return e;
  if (e.pointer.starts_with("/headline"))
    return {e.code, "The headline: " + e.detail, "alert/info"};
  if (e.pointer.starts_with("/text"))
    return {e.code, "Description and instruction: " + e.detail, "alert/info"};
  if (e.pointer.starts_with("/id")) return {e.code, e.detail, "alert/identifier"};
  if (e.pointer.starts_with("/expires")) return {e.code, e.detail, "alert/info/expires"};
  if (e.pointer.starts_with("/target")) return {e.code, e.detail, "alert/info/area"};
  if (e.pointer.starts_with("/replaces")) return {e.code, e.detail, "alert/references"};
  return {e.code, e.detail, "alert"};
}

std::string to_xml(const bulletin& b, const unit_tree& tree, std::string_view sender) {
  if (!b.cap_xml.data.empty()) return b.cap_xml.data;
  alert a;
  a.identifier = b.id;
  a.sender = sender;
  a.sent = {b.sent};
  area where;
  for (const auto& t : b.target) {
    const auto* known = tree.find(t);
    append(where.description, known ? known->name : t.str(), ", ");
    where.geocodes.push_back({"unit", t.str()});
  }
  for (const auto& [language, headline] : b.headline) {
    info i;
    i.language = language;
    i.categories = {b.category == model::category::emergency ? category::safety : category::other};
    i.event = headline;
    i.headline = headline;
    if (const auto text = b.text.find(language); text != b.text.end()) i.description = text->second;
    i.effective = date_time{b.effective};
    i.expires = date_time{b.expires};
    i.areas = {where};
    a.infos.push_back(std::move(i));
  }
  return write(a);
}

} // namespace loa::model::cap
