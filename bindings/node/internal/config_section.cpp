#include <bindings/node/internal/config_section.hpp>
#include <bindings/node/units_of_measure.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <system_error>

namespace loa::host {

namespace {

std::string escape(std::string_view key) {
  std::string out;
  for (char c : key) {
    if (c == '~')
      out += "~0";
    else if (c == '/')
      out += "~1";
    else
      out += c;
  }
  return out;
}

} // namespace

config_section::config_section(const wire::json* from, std::string pointer,
                               std::vector<error>& mistakes)
    : from_(from),
      pointer_(std::move(pointer)),
      mistakes_(mistakes) {
  if (from_ && !from_->is_object()) {
    fail("", "This must be an object, { … }.");
    from_ = nullptr;
  }
}

bool config_section::has(std::string_view key) const {
  return from_ && from_->contains(std::string(key));
}

const wire::json* config_section::find(std::string_view key) {
  known_.emplace_back(key);
  if (!has(key)) return nullptr;
  return &from_->at(std::string(key));
}

void config_section::fail(std::string_view key, std::string sentence) {
  auto where = pointer_;
  if (!key.empty()) where.append("/").append(key);
  mistakes_.push_back({errc::malformed, std::move(sentence), std::move(where)});
}

void config_section::require(std::string_view key, std::string_view what) {
  if (!has(key)) fail(key, fmt::format("This is missing: {}.", what));
}

const std::string* config_section::find_text(std::string_view key, std::string_view form) {
  const auto* found = find(key);
  if (!found) return nullptr;
  if (found->is_string()) return found->get_ptr<const std::string*>();
  fail(key, fmt::format("This must be {}.", form));
  return nullptr;
}

bool config_section::text(std::string_view key, std::string& to) {
  const auto* found = find_text(key, "a text in quotes");
  if (found) to = *found;
  return found != nullptr;
}

void config_section::texts(std::string_view key, std::vector<std::string>& to, std::size_t most) {
  const auto* found = find(key);
  if (!found) return;
  if (!found->is_array()) return fail(key, "This must be a list of texts, [\"…\", …].");
  if (found->size() > most) return fail(key, fmt::format("At most {} may stand here.", most));
  to.clear();
  for (std::size_t i = 0; i < found->size(); ++i) {
    const auto place = fmt::format("{}/{}", key, i);
    const auto& element = (*found)[i];
    if (!element.is_string() || element.get_ref<const std::string&>().empty()) {
      fail(place, "This must be a text in quotes that is not empty.");
      continue;
    }
    auto value = element.get<std::string>();
    if (std::ranges::find(to, value) != to.end())
      fail(place, fmt::format("\"{}\" stands here twice.", value));
    to.push_back(std::move(value));
  }
}

void config_section::flag(std::string_view key, bool& to) {
  const auto* found = find(key);
  if (!found) return;
  if (!found->is_boolean()) return fail(key, "This must be true or false.");
  to = found->get<bool>();
}

void config_section::number(std::string_view key, std::uint64_t& to, std::uint64_t least,
                            std::uint64_t most) {
  const auto* found = find(key);
  if (!found) return;
  if (!found->is_number_unsigned() || found->get<std::uint64_t>() < least ||
      found->get<std::uint64_t>() > most)
    return fail(key, fmt::format("This must be a whole number from {} to {}.", least, most));
  to = found->get<std::uint64_t>();
}

void config_section::span(std::string_view key, duration& to, duration least, duration most) {
  const auto* found = find_text(key, "a duration in quotes, for example \"30 d\"");
  if (!found) return;
  auto read = parse_span(*found);
  if (!read) return fail(key, read.error().detail);
  if (*read < least || *read > most)
    return fail(key,
                fmt::format("This must be from {} to {}.", format_span(least), format_span(most)));
  to = *read;
}

void config_section::size(std::string_view key, std::uint64_t& to, std::uint64_t least,
                          std::uint64_t most) {
  const auto* found = find_text(key, "a size in quotes, for example \"64 GiB\"");
  if (!found) return;
  auto read = parse_size(*found);
  if (!read) return fail(key, read.error().detail);
  if (*read < least || *read > most)
    return fail(key, fmt::format("This must be from {} to {} octets.", least, most));
  to = *read;
}

void config_section::file(std::string_view key, std::filesystem::path& to,
                          const std::filesystem::path& base) {
  const auto* found = find_text(key, "a path in quotes");
  if (!found) return;
  if (found->empty() || found->find('\0') != std::string::npos)
    return fail(key, "This must be the path of a file, relative to this one.");
  to = (base / *found).lexically_normal();
}

bool config_section::readable_file(std::string_view key, std::filesystem::path& to,
                                   const std::filesystem::path& base) {
  file(key, to, base);
  if (to.empty()) return false;
  std::error_code failed;
  if (!std::filesystem::exists(to, failed))
    fail(key, fmt::format("There is no file {}.", to.string()));
  else if (!std::filesystem::is_regular_file(to, failed))
    fail(key, fmt::format("{} is not a file.", to.string()));
  else if (access(to.c_str(), R_OK) != 0)
    fail(key, fmt::format("{} cannot be read by this user.", to.string()));
  else
    return true;
  return false;
}

config_section config_section::section(std::string_view key) {
  const auto* found = find(key);
  return {found, fmt::format("{}/{}", pointer_, key), mistakes_};
}

void config_section::finish() {
  if (!from_) return;
  for (const auto& entry : from_->items()) {
    if (std::ranges::find(known_, entry.key()) != known_.end()) continue;
    fail(escape(entry.key()),
         fmt::format("This key is not known here; known are: {}.", fmt::join(known_, ", ")));
  }
}

} // namespace loa::host
