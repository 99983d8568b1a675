#include <loa/model/body.hpp>
#include <loa/model/bulletin_request.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::model {

namespace {

/// Texts in NFC under canonical language tags.
result<texts> clean_texts(const texts& all, const std::string& field, std::size_t most_octets) {
  texts out;
  for (const auto& [language, text] : all) {
    if (!is_language_tag(language))
      return error{errc::rule,
                   "The languages of a text are tags like \"vi\" or \"en-US\" (BCP 47).", field};
    auto clean = text;
    const auto pointer = fmt::format("{}/{}", field, language);
    if (auto done = clean_in_place(clean, {1, most_octets, true}, pointer); !done)
      return done.error();
    if (!out.emplace(canonical_language(language), std::move(clean)).second)
      return error{errc::rule, "This language is here twice.", pointer};
  }
  return out;
}

result<void> check_targets(const std::vector<path>& target, const path& unit,
                           const unit_tree& tree) {
  for (std::size_t i = 0; i < target.size(); ++i) {
    const auto& t = target[i];
    const auto pointer = fmt::format("/target/{}", i);
    if (!unit.contains(t))
      return error{errc::rule,
                   fmt::format("{} is not in the unit {}; publish it at a unit above both.",
                               t.str(), unit.str()),
                   pointer};
    if (!tree.find(t))
      return error{errc::rule, fmt::format("There is no unit {} in the hierarchy.", t.str()),
                   pointer};
  }
  return {};
}

} // namespace

std::vector<path> without_overlap(std::vector<path> units) {
  std::ranges::sort(units);
  std::vector<path> out;
  for (auto& u : units)
    if (std::ranges::none_of(out, [&](const path& kept) { return kept.contains(u); }))
      out.push_back(std::move(u));
  return out;
}

result<bulletin_request> read_bulletin_request(bytes_view json_text) {
  auto request = read_body<bulletin_request>(json_text, bulletin_request::most_octets);
  if (!request) return request;
  if (request->target.size() > bulletin_limits::targets)
    return error{errc::too_large,
                 fmt::format("There are {} targets; the limit is {}.", request->target.size(),
                             bulletin_limits::targets),
                 "/target"};
  return request;
}

result<bulletin> to_bulletin(bulletin_request request, const publication& where,
                             const unit_tree& tree) {
  if (auto done = check_targets(request.target, where.unit, tree); !done) return done.error();
  auto headline = clean_texts(request.headline, "/headline", bulletin_limits::headline);
  if (!headline) return headline.error();
  auto text = clean_texts(request.text, "/text", bulletin_limits::text);
  if (!text) return text.error();

  bulletin b;
  b.id = where.id;
  b.unit = where.unit;
  b.author = where.author;
  b.priority = request.priority;
  b.category = request.category;
  b.target =
      request.target.empty() ? std::vector{where.unit} : without_overlap(std::move(request.target));
  b.channels = std::move(request.channels);
  if (b.channels.empty()) b.channels = {channel::loudspeaker, channel::board, channel::app};
  std::ranges::sort(b.channels);
  b.channels.erase(std::unique(b.channels.begin(), b.channels.end()), b.channels.end());
  b.headline = *std::move(headline);
  b.text = *std::move(text);
  b.sent = where.now;
  b.effective = request.effective.value_or(where.now);
  b.expires =
      request.expires.value_or(std::max(b.effective, where.now) + default_validity(b.priority));
  b.replaces = std::move(request.replaces);
  if (auto wrong = validate(b); !wrong.empty()) return wrong.front();
  return b;
}

} // namespace loa::model
