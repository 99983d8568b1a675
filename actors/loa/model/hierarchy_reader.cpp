#include <loa/model/internal/hierarchy_reader.hpp>
#include <loa/model/text.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <charconv>
#include <set>

namespace loa::model {

namespace {

constexpr std::size_t most_errors = 1000;
constexpr std::size_t longest_name = 200;
constexpr std::size_t most_points = 20'000;

/// Where a tier stands; one of a smaller rank is above.
int rank(tier t) {
  switch (t) {
  case tier::nation:
    return 0;
  case tier::province:
  case tier::city:
    return 1;
  case tier::district:
    return 2;
  case tier::commune:
    return 3;
  case tier::hamlet:
    return 4;
  }
  return 5;
}

std::optional<std::chrono::year_month_day> parse_date(const std::string& text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto number = [&](std::size_t from, std::size_t n) {
    int value = -1;
    const auto* end = text.data() + from + n;
    const auto [at, failed] = std::from_chars(text.data() + from, end, value);
    return failed == std::errc{} && at == end ? value : -1;
  };
  const int month = number(5, 2);
  const int day = number(8, 2);
  if (month < 1 || day < 1) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(number(0, 4)),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok() || date.year() < std::chrono::year(1)) return std::nullopt;
  return date;
}

} // namespace

/// The current place while reading, as a JSON pointer that grows and shrinks.
class hierarchy_reader::step {
public:
  step(hierarchy_reader& r, std::string_view key) : reader_(r), before_(r.where_.size()) {
    reader_.where_.append("/");
    for (const char c : key) {
      if (c == '~')
        reader_.where_ += "~0";
      else if (c == '/')
        reader_.where_ += "~1";
      else
        reader_.where_ += c;
    }
  }
  step(hierarchy_reader& r, std::size_t index) : step(r, std::to_string(index)) {}
  ~step() { reader_.where_.resize(before_); }
  step(const step&) = delete;
  step& operator=(const step&) = delete;

private:
  hierarchy_reader& reader_;
  std::size_t before_;
};

void hierarchy_reader::fail(std::string what, errc code) {
  ++mistakes_;
  if (errors_.size() < most_errors) errors_.push_back({code, std::move(what), where_});
}

void hierarchy_reader::only(const json& object, std::initializer_list<std::string_view> known) {
  for (const auto& entry : object.items()) {
    if (std::ranges::find(known, std::string_view(entry.key())) != known.end()) continue;
    const step here(*this, entry.key());
    fail(fmt::format("This field is not known here; known are: {}.", fmt::join(known, ", ")));
  }
}

std::optional<std::string> hierarchy_reader::text(const json& object, const char* key,
                                                  bool required) {
  const step here(*this, key);
  const auto found = object.find(key);
  if (found == object.end()) {
    if (required) fail("This field is missing.");
    return std::nullopt;
  }
  if (!found->is_string()) {
    fail("This must be a text.");
    return std::nullopt;
  }
  auto clean = clean_text(found->get_ref<const std::string&>(), {1, longest_name * 5});
  if (!clean) {
    fail(clean.error().detail);
    return std::nullopt;
  }
  return *std::move(clean);
}

std::optional<std::chrono::year_month_day> hierarchy_reader::date(const json& file,
                                                                  const char* key) {
  if (!file.contains(key)) return std::nullopt;
  const auto written = text(file, key, true);
  if (!written) return std::nullopt;
  const auto parsed = parse_date(*written);
  const step here(*this, key);
  if (!parsed) fail("This must be a date like 2025-07-01.");
  return parsed;
}

std::optional<ring> hierarchy_reader::read_ring(const json& from) {
  ring out;
  if (!from.is_array() || from.size() > most_points) {
    fail(fmt::format("This must be a list of at most {} positions.", most_points));
    return std::nullopt;
  }
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto& p = from[i];
    const step here(*this, i);
    if (!p.is_array() || p.size() < 2 || p.size() > 3 ||
        !std::ranges::all_of(p, [](const json& n) { return n.is_number(); })) {
      fail("A position is a list of longitude and latitude, in this order.");
      return std::nullopt;
    }
    const geo_point point{p[1].get<double>(), p[0].get<double>()};
    if (!valid(point)) {
      fail("Longitude must lie within -180 and 180, latitude within -90 and 90; GeoJSON writes "
           "the longitude first.");
      return std::nullopt;
    }
    out.push_back(point);
  }
  if (!closed(out)) {
    fail("The boundary is not closed: a ring needs at least four positions, and the last must be "
         "the first.");
    return std::nullopt;
  }
  return out;
}

std::optional<polygon> hierarchy_reader::boundary(const json& unit) {
  const auto found = unit.find("boundary");
  if (found == unit.end()) return std::nullopt;
  const step here(*this, "boundary");
  if (!found->is_object() || found->value("type", json()) != "Polygon") {
    fail("A boundary is a GeoJSON object of type \"Polygon\" (RFC 7946, section 3.1.6).");
    return std::nullopt;
  }
  only(*found, {"type", "coordinates", "bbox"});
  const auto rings = found->find("coordinates");
  const step inside(*this, "coordinates");
  if (rings == found->end() || !rings->is_array() || rings->empty()) {
    fail("A polygon needs a list of at least one ring.");
    return std::nullopt;
  }
  polygon out;
  for (std::size_t i = 0; i < rings->size(); ++i) {
    const step at(*this, i);
    auto r = read_ring((*rings)[i]);
    if (!r) return std::nullopt;
    if (i == 0)
      out.outer = *std::move(r);
    else
      out.holes.push_back(*std::move(r));
  }
  return out;
}

std::vector<path> hierarchy_reader::successors(const json& unit) {
  std::vector<path> out;
  const auto found = unit.find("successors");
  if (found == unit.end()) return out;
  const step here(*this, "successors");
  if (!found->is_array()) {
    fail("This must be a list of unit paths.");
    return out;
  }
  for (std::size_t i = 0; i < found->size(); ++i) {
    const step at(*this, i);
    const auto& entry = (*found)[i];
    const auto parsed = path::parse(entry.is_string() ? entry.get<std::string>() : std::string());
    if (parsed)
      out.push_back(*parsed);
    else
      fail(parsed.error().detail);
  }
  return out;
}

std::optional<path> hierarchy_reader::read_code(const json& from, const path& above) {
  const auto code = text(from, "code", true);
  if (!code) return std::nullopt;
  const step here(*this, "code");
  if (code->find('.') != std::string::npos) {
    fail("A code is the unit's own part of its path, without '.'.");
    return std::nullopt;
  }
  for (auto up = above; !up.empty(); up = up.parent())
    if (up.code() == *code) {
      fail(fmt::format(
          "The code {} is also that of {}, above this unit: a unit cannot lie in itself.", *code,
          up.str()));
      return std::nullopt;
    }
  auto whole = path::parse(above.empty() ? *code : above.str() + "." + *code);
  if (!whole) {
    fail(whole.error().detail);
    return std::nullopt;
  }
  return *std::move(whole);
}

std::optional<tier> hierarchy_reader::read_tier(const json& from, std::optional<tier> above) {
  const auto written = text(from, "tier", true);
  if (!written) return std::nullopt;
  const step here(*this, "tier");
  const auto level = wire::enum_value<tier>(*written);
  if (!level) {
    fail(fmt::format("\"{}\" is not a tier; tiers are: nation, province, city, district, commune, "
                     "hamlet.",
                     *written));
  } else if (above && rank(*level) <= rank(*above)) {
    fail(fmt::format("A {} cannot lie under a {}.", *written, wire::enum_name(*above)));
  }
  return level;
}

void hierarchy_reader::read_unit(const json& from, const path& above,
                                 std::optional<tier> tier_above, std::uint32_t parent) {
  if (!from.is_object()) return fail("A unit must be an object.");
  if (tree_.units_.size() >= unit_tree::most_units) {
    if (!full_)
      fail(fmt::format("There are more than {} units.", unit_tree::most_units), errc::too_large);
    full_ = true;
    return;
  }
  only(from, {"code", "name", "tier", "children", "boundary", "successors"});
  const auto unit = read_code(from, above);
  auto name = text(from, "name", true);
  const auto level = read_tier(from, tier_above);
  // A unit with mistakes stays in as a placeholder, so that those below it are found in the same
  // run.
  const auto at = static_cast<std::uint32_t>(tree_.units_.size());
  const auto here = unit.value_or(above);
  tree_.units_.push_back(
      {here, name.value_or(""), level.value_or(tier::hamlet), successors(from), boundary(from)});
  tree_.links_.push_back({parent, at + 1});
  if (unit && !tree_.index_.emplace(here, at).second) {
    const step in(*this, "code");
    fail(fmt::format("The unit {} is here twice.", here.str()));
  }
  if (const auto found = from.find("children"); found != from.end()) {
    const step in(*this, "children");
    if (!found->is_array()) {
      fail("This must be a list of units.");
    } else {
      for (std::size_t i = 0; i < found->size(); ++i) {
        const step each(*this, i);
        read_unit((*found)[i], here, level ? level : tier_above, at);
      }
    }
  }
  tree_.links_[at].end = static_cast<std::uint32_t>(tree_.units_.size());
}

void hierarchy_reader::read_file(const json& file) {
  if (!file.is_object()) return fail("A hierarchy file is one JSON object.");
  only(file, {"source", "valid_from", "valid_to", "root"});
  tree_.source_ = text(file, "source", true).value_or("");
  tree_.valid_from_ = date(file, "valid_from");
  tree_.valid_to_ = date(file, "valid_to");
  if (tree_.valid_from_ && tree_.valid_to_ && *tree_.valid_to_ < *tree_.valid_from_) {
    const step here(*this, "valid_to");
    fail("valid_to lies before valid_from.");
  }
  const step here(*this, "root");
  if (const auto root = file.find("root"); root != file.end())
    read_unit(*root, {}, std::nullopt, 0);
  else
    fail("This field is missing.");
}

result<unit_tree> hierarchy_reader::read(bytes_view text, std::vector<error>* all) {
  wire::parse_limits limits;
  limits.octets = unit_tree::most_octets;
  limits.depth =
      2 * unit_tree::most_depth + 8; // a list and an object for each level, and a boundary
  hierarchy_reader reader;
  if (auto parsed = wire::document::from_json(text, limits))
    reader.read_file(parsed->root());
  else
    reader.errors_.push_back(parsed.error()), ++reader.mistakes_;
  if (reader.errors_.empty()) return std::move(reader.tree_);
  auto first = reader.errors_.front();
  if (reader.mistakes_ > 1)
    first.detail += fmt::format(" There are {} mistakes in all.", reader.mistakes_);
  if (all) *all = std::move(reader.errors_);
  return first;
}

result<unit_tree> unit_tree::load(bytes_view json_text, std::vector<error>* all) {
  return hierarchy_reader::read(json_text, all);
}

} // namespace loa::model
