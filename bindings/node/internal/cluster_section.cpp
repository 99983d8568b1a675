#include <bindings/node/cluster_identity.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/internal/cluster_section.hpp>
#include <loa/net/document_shelf.hpp>

#include <fmt/format.h>
#include <sys/stat.h>

namespace loa::host {

using namespace std::chrono_literals;

namespace {

constexpr duration a_day = std::chrono::days(1);

void read_where(config_section& s, endpoint& to) {
  std::string text;
  s.require("listen", "where other nodes call this one, for example \"0.0.0.0:7135\"");
  if (!s.text("listen", text)) return;
  auto where = endpoint::parse(text);
  if (!where) return s.fail("listen", where.error().detail);
  if (where->port == 0)
    return s.fail("listen", "A port from 1 to 65535: other nodes find this one by its placement.");
  to = *std::move(where);
}

void read_calls(config_section& s, elsewhere& to) {
  std::string text(wire::enum_name(to));
  s.text("forward", text);
  if (const auto known = wire::enum_value<elsewhere>(text))
    to = *known;
  else
    s.fail("forward", fmt::format("\"{}\" is not one of: forward, redirect.", text));
}

/// What is allowed and will cost the node its peers or its secret.
void warn_of(const cluster_config& c, const net::identity& who, instant now, checked_config& out) {
  const auto warn = [&](std::string sentence) { out.warnings.push_back(std::move(sentence)); };
  struct stat about {};
  if (::stat(c.key.c_str(), &about) == 0 && (about.st_mode & (S_IRWXG | S_IRWXO)) != 0)
    warn(fmt::format("{}: others may read this node's key and call themselves by its name; take "
                     "that away (chmod 600).",
                     c.key.string()));
  if (who.valid_until() <= now)
    warn(fmt::format("{} expired at {}: other nodes refuse it. Issue a new one.",
                     c.certificate.string(), format_rfc3339(who.valid_until())));
  else if (who.valid_until() <= now + 30 * a_day)
    warn(fmt::format("{} expires at {}; issue a new one before that.", c.certificate.string(),
                     format_rfc3339(who.valid_until())));
  if (who.valid_from() > now)
    warn(fmt::format("{} is valid from {} on; is the clock of this machine right?",
                     c.certificate.string(), format_rfc3339(who.valid_from())));
}

/// Nothing if a file is wrong, which was noted.
std::optional<net::identity> check_identity(config_section& s, const config& c) {
  auto who = load_identity(*c.cluster);
  if (!who) {
    s.fail(who.error().pointer, who.error().detail);
    return std::nullopt;
  }
  const net::node_id own{c.cluster->name, c.name};
  if (who->id() == own) return *std::move(who);
  s.fail(
      "certificate",
      fmt::format("{} names node \"{}\" of cluster \"{}\"; by \"name\" and \"cluster.name\" this "
                  "is node \"{}\" of cluster \"{}\".",
                  c.cluster->certificate.string(), who->id().node, who->id().cluster, own.node,
                  own.cluster));
  return std::nullopt;
}

void check_placement(config_section& s, const config& c, const net::identity& who,
                     checked_config& out) {
  const auto read = read_signed(c.cluster->placement, net::document_kind::placement, who.issuer(),
                                c.cluster->name);
  if (!read) return s.fail("placement", read.error().detail);
  const auto places = net::placement_in(*read);
  if (!places)
    return s.fail("placement", fmt::format("{}: {}: {}", c.cluster->placement.string(),
                                           places.error().pointer, places.error().detail));
  if (!places->find(c.name))
    out.warnings.push_back(
        fmt::format("{} does not name this node, \"{}\": it hosts nothing, and no other node calls "
                    "it, until a newer placement does.",
                    c.cluster->placement.string(), c.name));
}

} // namespace

void read_cluster(config_section s, config& to, const std::filesystem::path& base,
                  checked_config& out) {
  const auto before = out.mistakes.size();
  auto& c = to.cluster.emplace();
  s.require("name", "what the cluster is called, as its nodes' certificates say it");
  if (s.text("name", c.name) && !net::is_node_name(c.name))
    s.fail("name", "A cluster's name has 1 to 64 of a-z, 0-9 and '-'.");
  read_where(s, c.listen);
  for (const auto& [key, file, what] :
       {std::tuple{"certificate", &c.certificate, "this node's certificate, a PEM file"},
        std::tuple{"key", &c.key, "its private key, a PEM file"},
        std::tuple{"authority", &c.authority, "the certificate of the cluster's authority"},
        std::tuple{"placement", &c.placement, "the signed document that says who hosts what"}}) {
    s.require(key, what);
    s.readable_file(key, *file, base);
  }
  read_calls(s, c.calls);
  s.finish();
  if (out.mistakes.size() != before || !net::is_node_name(to.name)) return;
  const auto who = check_identity(s, to);
  if (!who) return;
  warn_of(c, *who, system_clock().now(), out);
  check_placement(s, to, *who, out);
}

result<void> check_hierarchy_document(const config& c) {
  const auto who = load_identity(*c.cluster);
  if (!who) return who.error();
  const auto read =
      read_signed(c.hierarchy, net::document_kind::hierarchy, who->issuer(), c.cluster->name);
  if (!read) return read.error();
  return {};
}

} // namespace loa::host
