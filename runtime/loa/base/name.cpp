#include <loa/base/name.hpp>

#include <algorithm>
#include <cassert>

namespace loa {

namespace {

bool alphanumeric(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool of_segment(char c) {
  return alphanumeric(c) || c == '_' || c == '-';
}

bool of_local(char c) {
  return alphanumeric(c) || std::string_view("._~@:+-").find(c) != std::string_view::npos;
}

error bad(std::string what) {
  return {errc::malformed, std::move(what), {}};
}

} // namespace

result<path> path::parse(std::string_view text) {
  if (text.empty() || text.size() > 128) return bad("A path has 1 to 128 characters.");
  std::size_t segments = 0;
  for (std::size_t at = 0; at <= text.size();) {
    const auto end = std::min(text.find('.', at), text.size());
    const auto segment = text.substr(at, end - at);
    if (segment.empty() || segment.size() > 32 || !std::ranges::all_of(segment, of_segment))
      return bad("Each part of a path has 1 to 32 letters, digits, '_' or '-'.");
    ++segments;
    at = end + 1;
  }
  if (segments > 16) return bad("A path has at most 16 parts.");
  return path(std::string(text));
}

path path::parent() const {
  const auto dot = text_.rfind('.');
  return dot == std::string::npos ? path() : path(text_.substr(0, dot));
}

std::string_view path::code() const noexcept {
  const auto dot = text_.rfind('.');
  const auto all = std::string_view(text_);
  return dot == std::string::npos ? all : all.substr(dot + 1);
}

std::size_t path::depth() const noexcept {
  if (text_.empty()) return 0;
  return static_cast<std::size_t>(std::ranges::count(text_, '.')) + 1;
}

bool path::contains(const path& other) const noexcept {
  if (text_.empty()) return true;
  if (!other.text_.starts_with(text_)) return false;
  return other.text_.size() == text_.size() || other.text_[text_.size()] == '.';
}

path path::child(std::string_view code) const {
  auto text = text_.empty() ? std::string(code) : text_ + "." + std::string(code);
  assert(parse(text));
  return path(std::move(text));
}

result<name> name::parse(std::string_view text) {
  if (text.size() > 240) return bad("A name has at most 240 characters.");
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return bad("A name reads kind/home or kind/home/local.");
  const auto kind = text.substr(0, slash);
  if (!is_kind_of_name(kind))
    return bad("The kind of a name has 1 to 16 lower-case letters or '_'.");
  const auto rest = text.substr(slash + 1);
  const auto second = rest.find('/');
  if (auto home = path::parse(rest.substr(0, second)); !home) return home.error();
  if (second != std::string_view::npos) {
    const auto local = rest.substr(second + 1);
    if (local.empty() || local.size() > 96 || !std::ranges::all_of(local, of_local))
      return bad("The last part of a name has 1 to 96 letters, digits or any of ._~@:+-");
  }
  return name(std::string(text));
}

name name::of(std::string_view kind, const path& home, std::string_view local) {
  std::string text;
  text.reserve(kind.size() + home.str().size() + local.size() + 2);
  text.append(kind).append("/").append(home.str());
  if (!local.empty()) text.append("/").append(local);
  assert(parse(text));
  return name(std::move(text));
}

std::string_view name::kind() const noexcept {
  return std::string_view(text_).substr(0, text_.find('/'));
}

std::string_view name::home_text() const noexcept {
  const auto rest = std::string_view(text_).substr(std::min(text_.find('/') + 1, text_.size()));
  return rest.substr(0, rest.find('/'));
}

path name::home() const {
  auto p = path::parse(home_text());
  return p ? *std::move(p) : path();
}

std::string_view name::local() const noexcept {
  const auto first = text_.find('/');
  if (first == std::string::npos) return {};
  const auto second = text_.find('/', first + 1);
  return second == std::string::npos ? std::string_view{}
                                     : std::string_view(text_).substr(second + 1);
}

} // namespace loa
