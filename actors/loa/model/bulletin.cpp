#include <loa/model/bulletin.hpp>
#include <loa/model/cap.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model {

namespace {

constexpr std::size_t random_digits = 12;

bool base32_digit(char c) {
  return (c >= '0' && c <= '9') ||
         (c >= 'A' && c <= 'Z' && c != 'I' && c != 'L' && c != 'O' && c != 'U');
}

/// What is wrong with a bulletin, one sentence each.
class checker {
public:
  void fail(std::string pointer, std::string what, errc code = errc::rule) {
    errors_.push_back({code, std::move(what), std::move(pointer)});
  }

  void at_most(std::string pointer, std::size_t n, std::size_t most, std::string_view of) {
    if (n > most)
      fail(std::move(pointer), fmt::format("There are {} {}; the limit is {}.", n, of, most),
           errc::too_large);
  }

  void languages(const std::string& field, const texts& all, std::size_t most_octets) {
    at_most(field, all.size(), bulletin_limits::languages, "languages");
    for (const auto& [language, text] : all) {
      const auto pointer = fmt::format("{}/{}", field, language);
      if (!is_language_tag(language))
        fail(field, fmt::format("\"{}\" is not a language tag like \"vi\" or \"en-US\".",
                                fit(language, std::min<std::size_t>(columns(language), 40))));
      else if (auto clean = clean_text(text, {1, most_octets, true}); !clean)
        fail(pointer, clean.error().detail, clean.error().code);
      else if (text.find_first_not_of(" \t\n") == std::string::npos)
        fail(pointer, "There is nothing but spaces.");
    }
  }

  void replaced(const std::string& pointer, const bulletin_id& what, const path& by) {
    const auto unit = unit_of(what);
    if (!unit) return fail(pointer, "This is not the id of a bulletin.");
    if (!by.contains(*unit))
      fail(pointer,
           fmt::format("A bulletin of {0} cannot take the place of one of {1}; {1} itself can, and "
                       "the units above it.",
                       by.str(), unit->str()),
           errc::forbidden);
  }

  [[nodiscard]] std::vector<error> take() { return std::move(errors_); }

private:
  std::vector<error> errors_;
};

void check_target(const bulletin& b, checker& c) {
  if (b.target.empty()) c.fail("/target", "A bulletin needs a target.");
  c.at_most("/target", b.target.size(), bulletin_limits::targets, "targets");
  for (std::size_t i = 0; i < b.target.size(); ++i) {
    const auto pointer = fmt::format("/target/{}", i);
    if (b.target[i].empty() || !b.unit.contains(b.target[i]))
      c.fail(pointer,
             fmt::format("\"{}\" is not in the unit {}.", b.target[i].str(), b.unit.str()));
    for (std::size_t k = 0; k < i; ++k)
      if (overlap(b.target[i], b.target[k])) {
        c.fail(pointer, fmt::format("{} and {} overlap.", b.target[i].str(), b.target[k].str()));
        break;
      }
  }
}

bool is_reference_to(const std::string& text, const cap_info& earlier) {
  const auto r = cap::parse_reference(text);
  const auto sent = cap::parse_date_time(earlier.sent);
  return r && sent && r->sender == earlier.sender && r->identifier == earlier.identifier &&
         r->sent.at == sent->at;
}

} // namespace

bool bulletin::goes_to(channel c) const noexcept {
  return std::ranges::find(channels, c) != channels.end();
}

std::uint8_t bulletin::channel_mask() const noexcept {
  unsigned mask = 0;
  for (const auto c : channels) mask |= static_cast<unsigned>(c);
  return static_cast<std::uint8_t>(mask);
}

bool bulletin::in_force(instant now) const noexcept {
  return effective <= now && now < expires;
}

bool bulletin::concerns(const path& u) const noexcept {
  return std::ranges::any_of(target, [&](const path& t) { return overlap(t, u); });
}

bool bulletin::targets(const path& u) const noexcept {
  return std::ranges::any_of(target, [&](const path& t) { return t.contains(u); });
}

duration default_validity(priority p) noexcept {
  return p == priority::emergency ? duration(std::chrono::hours(24))
                                  : duration(std::chrono::days(30));
}

bulletin_id make_bulletin_id(const path& unit, random_source& random) {
  return unit.str() + "-" + random_id(random, random_digits);
}

result<path> unit_of(std::string_view id) {
  const auto dash = id.rfind('-');
  const auto digits = dash == std::string_view::npos ? std::string_view() : id.substr(dash + 1);
  if (digits.size() < 12 || digits.size() > 16 || !std::ranges::all_of(digits, base32_digit))
    return error{
        errc::malformed, "An id or code reads UNIT-RANDOM, for example 79.769-3F0K2M9QXZ7A.", {}};
  return path::parse(id.substr(0, dash));
}

std::vector<error> validate(const bulletin& b) {
  checker c;
  if (const auto unit = unit_of(b.id); !unit || *unit != b.unit)
    c.fail("/id", "The id must begin with the unit that publishes.");
  if (auto clean = clean_text(b.author, {0, bulletin_limits::author}); !clean)
    c.fail("/author", clean.error().detail, clean.error().code);
  check_target(b, c);
  if (b.channels.empty()) c.fail("/channels", "A bulletin needs at least one channel.");
  if (std::ranges::adjacent_find(b.channels, std::greater_equal<>()) != b.channels.end())
    c.fail("/channels", "Channels stand in order and each once.");
  if (b.headline.empty())
    c.fail("/headline", "A bulletin needs a headline in at least one language.");
  c.languages("/headline", b.headline, bulletin_limits::headline);
  c.languages("/text", b.text, bulletin_limits::text);
  c.at_most("/replaces", b.replaces.size(), bulletin_limits::replaces, "ids");
  for (std::size_t i = 0; i < b.replaces.size(); ++i)
    c.replaced(fmt::format("/replaces/{}", i), b.replaces[i], b.unit);
  c.at_most("/cap_xml", b.cap_xml.data.size(), bulletin_limits::cap_xml, "octets");
  return c.take();
}

std::optional<error> judge_times(const bulletin& b, instant now) {
  const auto refused = [](std::string why) {
    return error{errc::rule, std::move(why), "/expires"};
  };
  if (b.expires <= now)
    return refused(fmt::format("The bulletin expired at {}.", format_rfc3339(b.expires)));
  if (b.expires <= b.effective)
    return refused("A bulletin must expire after it becomes effective.");
  if (b.expires - b.effective > bulletin_limits::longest)
    return refused("A bulletin may be in force for 366 days at most.");
  return std::nullopt;
}

bool supersedes(const bulletin& later, const bulletin& earlier) {
  if (!later.unit.contains(earlier.unit)) return false;
  if (std::ranges::find(later.replaces, earlier.id) != later.replaces.end()) return true;
  if (!later.cap || !earlier.cap) return false;
  if (later.cap->msg_type != "Update" && later.cap->msg_type != "Cancel") return false;
  return std::ranges::any_of(later.cap->references, [&](const std::string& r) {
    return is_reference_to(r, *earlier.cap);
  });
}

} // namespace loa::model
