#include <loa/net/placement.hpp>

#include <algorithm>
#include <cctype>
#include <charconv>

namespace loa::net {

namespace {

bool is_address(std::string_view text) {
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || text.size() > 255) return false;
  const auto host = text.substr(0, colon);
  const auto digits = text.substr(colon + 1);
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  if (!std::ranges::all_of(bracketed ? host.substr(1, host.size() - 2) : host, [&](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-' ||
               c == '_' || (bracketed && (c == ':' || c == '%'));
      }))
    return false;
  unsigned port = 0;
  const auto [end, failure] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  return failure == std::errc() && end == digits.data() + digits.size() && port >= 1 &&
         port <= 65'535;
}

/// A scheme and an authority (RFC 3986, section 3.2) without user, path and what is never in a
/// host; it is put into answers to clients.
bool is_url(std::string_view text) {
  if (text.size() > 255) return false;
  for (const auto* scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    text.remove_prefix(std::string_view(scheme).size());
    return is_address(text) ||
           (is_address(std::string(text) + ":1") && text.find(':') == std::string_view::npos);
  }
  return false;
}

error mistake(std::string detail, std::size_t node, std::string_view rest = {}) {
  return {errc::rule, std::move(detail), "/nodes/" + std::to_string(node) + std::string(rest)};
}

} // namespace

result<placement> placement::make(placement_document document) {
  placement p(std::move(document));
  const auto& nodes = p.document_.nodes;
  if (nodes.empty()) return error{errc::rule, "A placement names at least one node.", "/nodes"};
  if (nodes.size() > most_nodes)
    return error{errc::too_large, "A placement names at most 4096 nodes.", "/nodes"};
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    const auto& at = nodes[n];
    if (!is_node_name(at.node))
      return mistake("\"" + at.node + "\" is no name of a node: 1 to 64 of a-z, 0-9 and \"-\".", n,
                     "/node");
    if (!is_address(at.address))
      return mistake("\"" + at.address + "\" is no address: write HOST:PORT.", n, "/address");
    if (!at.http.empty() && !is_url(at.http))
      return mistake("\"" + at.http + "\" is no address for clients: write http://HOST:PORT.", n,
                     "/http");
    if (!p.by_name_.emplace(at.node, n).second)
      return mistake("The node \"" + at.node + "\" is there twice.", n, "/node");
    for (std::size_t h = 0; h < at.hosts.size(); ++h) {
      const auto& [prefix, epoch] = at.hosts[h];
      const auto where = "/hosts/" + std::to_string(h);
      if (prefix.empty()) return mistake("A prefix names a unit.", n, where + "/prefix");
      if (epoch == 0) return mistake("Epochs begin with 1.", n, where + "/epoch");
      const auto [other, fresh] = p.by_prefix_.try_emplace(prefix, entry{n, epoch});
      if (!fresh)
        return mistake("\"" + prefix.str() + "\" is hosted by \"" + nodes[other->second.node].node +
                           "\" already.",
                       n, where + "/prefix");
      if (p.by_prefix_.size() > most_prefixes)
        return error{errc::too_large, "A placement has at most 65536 prefixes.", "/nodes"};
    }
  }
  return p;
}

std::optional<placement::place> placement::host_of(const path& unit) const {
  for (auto prefix = unit; !prefix.empty(); prefix = prefix.parent())
    if (const auto found = by_prefix_.find(prefix); found != by_prefix_.end())
      return place{&document_.nodes[found->second.node], prefix, found->second.epoch};
  return std::nullopt;
}

const node_place* placement::find(std::string_view node) const {
  const auto found = by_name_.find(node);
  return found == by_name_.end() ? nullptr : &document_.nodes[found->second];
}

std::set<path> placement::prefixes() const {
  std::set<path> all;
  for (const auto& [prefix, host] : by_prefix_) all.insert(prefix);
  return all;
}

result<void> judge_change(const placement& earlier, const placement& later) {
  const auto& nodes = later.document().nodes;
  for (std::size_t n = 0; n < nodes.size(); ++n)
    for (std::size_t h = 0; h < nodes[n].hosts.size(); ++h) {
      const auto& [prefix, epoch] = nodes[n].hosts[h];
      const auto before = earlier.host_of(prefix);
      if (!before) continue;
      const auto where = "/hosts/" + std::to_string(h) + "/epoch";
      if (epoch < before->epoch)
        return mistake("The epoch of \"" + prefix.str() + "\" was " +
                           std::to_string(before->epoch) + " and cannot fall.",
                       n, where);
      if (before->node->node != nodes[n].node && epoch == before->epoch)
        return mistake("\"" + prefix.str() + "\" moves from \"" + before->node->node +
                           "\", so its epoch must be more than " + std::to_string(before->epoch) +
                           ".",
                       n, where);
    }
  for (const auto& from : earlier.document().nodes)
    for (const auto& [prefix, epoch] : from.hosts) {
      const auto now = later.host_of(prefix);
      if (!now)
        return error{errc::rule, "Nobody hosts \"" + prefix.str() + "\" any more.", "/nodes"};
      if (now->prefix == prefix) continue;
      const auto least = now->node->node == from.node ? epoch : epoch + 1;
      if (now->epoch < least)
        return error{errc::rule,
                     "\"" + prefix.str() + "\" falls to \"" + now->node->node + "\" with \"" +
                         now->prefix.str() + "\", whose epoch must be at least " +
                         std::to_string(least) + ".",
                     "/nodes"};
    }
  return {};
}

} // namespace loa::net
