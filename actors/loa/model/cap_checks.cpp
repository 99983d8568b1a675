#include <loa/model/internal/cap_checks.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model::cap {

namespace {

constexpr std::size_t advised_headline = 160;

/// Findings with the line of the element they are about.
class reporter {
public:
  reporter(const node& root, findings& to) : root_(root), to_(to) {}
  void broken(std::string_view rule_id, const std::string& where, std::string_view what = {}) {
    to_.broken(rule_id, where, root_.line_of(where), what);
  }

private:
  const node& root_;
  findings& to_;
};

void check_scope(const alert& a, reporter& to) {
  if ((a.scope == scope::restricted) == a.restriction.empty())
    to.broken("restriction", "alert/restriction");
  if (a.scope == scope::private_ && a.addresses.empty())
    to.broken("addresses-private", "alert/addresses");
}

void check_references(const alert& a, reporter& to) {
  if (a.type != message_type::alert && a.references.empty())
    to.broken("references-required", "alert/references",
              fmt::format("The {} has none.", wire::enum_name(a.type)));
  for (const auto& r : a.references) {
    const bool itself = r.sender == a.sender && r.identifier == a.identifier;
    if (r.sent.at > a.sent.at || (itself && r.sent.at == a.sent.at))
      to.broken("references-earlier", "alert/references", to_string(r) + " is not earlier.");
  }
}

bool same_target(const info& x, const info& y) {
  return x.areas == y.areas || x.areas.empty() || y.areas.empty();
}

/// The first element that both infos have and that differs; null if the later only adds.
const char* overridden(const info& x, const info& y) {
  const auto differ = [](const auto& p, const auto& q) {
    using T = std::remove_cvref_t<decltype(p)>;
    return p != q && p != T{} && q != T{};
  };
  if (x.urgency != y.urgency) return "urgency";
  if (x.severity != y.severity) return "severity";
  if (x.certainty != y.certainty) return "certainty";
  if (differ(x.effective, y.effective)) return "effective";
  if (differ(x.onset, y.onset)) return "onset";
  if (differ(x.expires, y.expires)) return "expires";
  if (differ(x.audience, y.audience)) return "audience";
  if (differ(x.sender_name, y.sender_name)) return "senderName";
  if (differ(x.headline, y.headline)) return "headline";
  if (differ(x.web, y.web)) return "web";
  if (differ(x.contact, y.contact)) return "contact";
  return nullptr;
}

void check_sequences(const alert& a, reporter& to) {
  for (std::size_t later = 1; later < a.infos.size(); ++later)
    for (std::size_t earlier = 0; earlier < later; ++earlier) {
      const auto& x = a.infos[earlier];
      const auto& y = a.infos[later];
      if (x.language != y.language || x.event != y.event || !same_target(x, y)) continue;
      if (const auto* element = overridden(x, y)) {
        to.broken("info-sequence", fmt::format("alert/info[{}]/{}", later + 1, element),
                  fmt::format("It differs from that of info[{}].", earlier + 1));
        break;
      }
    }
}

void advise(const alert& a, findings& to) {
  if (a.status == status::exercise && a.note.empty())
    to.advise("alert/note", "An exercise should be named in the note.");
  if (a.type == message_type::error && a.note.empty())
    to.advise("alert/note", "An Error should be explained in the note.");
  for (std::size_t i = 0; i < a.infos.size(); ++i)
    if (columns(a.infos[i].headline) > advised_headline)
      to.advise(fmt::format("alert/info[{}]/headline", i + 1),
                fmt::format("A headline should be short; {} characters is a useful limit.",
                            advised_headline));
  if (a.is_signed) to.advise("alert", "The signature was not verified.");
}

} // namespace

void check_whole(const alert& a, const node& root, findings& to) {
  reporter report(root, to);
  check_scope(a, report);
  check_references(a, report);
  check_sequences(a, report);
  advise(a, to);
}

} // namespace loa::model::cap
