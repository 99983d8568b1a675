#include <loa/model/bulletin.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace loa::model {

namespace {

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// Writes members in the order in which they are documented; a JSON tree would sort them.
class members {
public:
  void raw(std::string_view key, std::string_view value) {
    if (!out_.empty()) out_ += ',';
    out_.append("\"").append(key).append("\":").append(value);
  }
  void text(std::string_view key, const std::string& value) { raw(key, quoted(value)); }
  void name(std::string_view key, std::string_view value) {
    raw(key, fmt::format("\"{}\"", value));
  }

  void by_language(std::string_view key, const texts& all) {
    members inner;
    for (const auto& [language, value] : all) inner.text(language, value);
    raw(key, "{" + inner.out_ + "}");
  }

  void list(std::string_view key, const std::vector<std::string>& all) {
    std::string inner;
    for (const auto& each : all) inner.append(inner.empty() ? "" : ",").append(quoted(each));
    raw(key, "[" + inner + "]");
  }

  [[nodiscard]] std::string take() { return std::move(out_); }

private:
  std::string out_;
};

std::string cap_members(const cap_info& cap) {
  members m;
  m.text("identifier", cap.identifier);
  m.text("sender", cap.sender);
  m.text("sent", cap.sent);
  m.text("msgType", cap.msg_type);
  m.text("status", cap.status);
  m.list("references", cap.references);
  return m.take();
}

} // namespace

std::string frame_body(const bulletin& b) {
  members m;
  m.text("id", b.id);
  m.name("unit", b.unit.str());
  m.name("priority", wire::enum_name(b.priority));
  m.name("category", wire::enum_name(b.category));
  m.name("sent", format_rfc3339(b.sent));
  if (b.effective != b.sent) m.name("effective", format_rfc3339(b.effective));
  m.name("expires", format_rfc3339(b.expires));
  m.by_language("headline", b.headline);
  m.by_language("text", b.text);
  if (!b.replaces.empty()) m.list("replaces", b.replaces);
  if (b.cap) m.raw("cap", "{" + cap_members(*b.cap) + "}");
  return m.take();
}

std::string frame(const path& feed, std::uint64_t position, std::string_view body) {
  return fmt::format("{{\"feed\":\"{}\",\"position\":{},{}}}", feed.str(), position, body);
}

} // namespace loa::model
