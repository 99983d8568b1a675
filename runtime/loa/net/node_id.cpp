#include <loa/net/node_id.hpp>

#include <algorithm>

namespace loa::net {

namespace {

constexpr std::string_view scheme = "loa:";

bool of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
}

} // namespace

bool is_node_name(std::string_view text) noexcept {
  return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, of_name);
}

result<node_id> node_id::parse_uri(std::string_view uri) {
  const error bad{
      errc::malformed, "A node is named loa:CLUSTER/NODE, each 1 to 64 of a-z, 0-9 and '-'.", {}};
  if (!uri.starts_with(scheme)) return bad;
  uri.remove_prefix(scheme.size());
  const auto slash = uri.find('/');
  if (slash == std::string_view::npos) return bad;
  node_id id{std::string(uri.substr(0, slash)), std::string(uri.substr(slash + 1))};
  if (!id.valid()) return bad;
  return id;
}

std::string node_id::to_uri() const {
  return std::string(scheme) + cluster + "/" + node;
}

bool node_id::valid() const noexcept {
  return is_node_name(cluster) && is_node_name(node);
}

} // namespace loa::net
