#include <bindings/cli/internal/cluster.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/config.hpp>
#include <loa/model/unit_tree.hpp>
#include <loa/net/placement.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;

struct show_options {
  std::string file;
  std::string authority;
  bool json = false;
};

/// Whether somebody vouches for what a document says.
struct verdict {
  const char* word; ///< For programs: "good", "bad", "altered", "unchecked".
  std::string sentence;
  [[nodiscard]] bool sound() const { return word == std::string_view("good") || unchecked(); }
  [[nodiscard]] bool unchecked() const { return word == std::string_view("unchecked"); }
};

result<verdict> judge(const show_options& o, const net::document_claims& claims) {
  if (!claims.intact)
    return verdict{"altered",
                   fmt::format("NOT GOOD: the content was altered; that which was signed has "
                               "another sha256, {}.",
                               net::hex_digest(claims.sha256))};
  if (o.authority.empty())
    return verdict{"unchecked", "not checked: name the authority with --authority"};
  const auto by = read_authority(o.authority);
  if (!by) return by.error();
  const auto text = host::read_file(o.file, net::most_document_text_octets);
  if (!text) return text.error();
  if (const auto read = net::read_document(*text, *by, claims.cluster); !read)
    return verdict{"bad", "NOT GOOD: " + read.error().detail};
  return verdict{"good", fmt::format("good: {} has signed it", o.authority)};
}

std::string date(std::chrono::year_month_day d) {
  return fmt::format("{:04}-{:02}-{:02}", int(d.year()), unsigned(d.month()), unsigned(d.day()));
}

json placement_json(const net::placement& p) {
  return json::parse(wire::to_json(p.document()));
}

json hierarchy_json(const model::unit_tree& tree) {
  json counts = json::object();
  for (const auto& [tier, n] : tree.count(tree.root().unit))
    counts[std::string(wire::enum_name(tier))] = n;
  json out{{"root", tree.root().unit.str()},
           {"name", tree.root().name},
           {"source", tree.source()},
           {"units", tree.size()},
           {"tiers", counts}};
  if (tree.valid_from()) out["valid_from"] = date(*tree.valid_from());
  if (tree.valid_to()) out["valid_to"] = date(*tree.valid_to());
  return out;
}

void print(const net::placement& p, std::ostream& out) {
  table t({{"Node"}, {"Other nodes call"}, {"Hosts"}, {"Epoch", align::right}, {"Clients call"}});
  for (const auto& n : p.document().nodes) {
    if (n.hosts.empty()) t.row({n.node, n.address, "nothing", "", n.http});
    for (const auto& h : n.hosts)
      if (&h == &n.hosts.front())
        t.row({n.node, n.address, h.prefix.str(), std::to_string(h.epoch), n.http});
      else
        t.row({"", "", h.prefix.str(), std::to_string(h.epoch)});
  }
  t.print(out);
}

void print(const model::unit_tree& tree, std::ostream& out) {
  out << fmt::format("root       {} {}\nsource     {}\n", tree.root().unit.str(), tree.root().name,
                     tree.source());
  if (tree.valid_from()) out << fmt::format("from       {}\n", date(*tree.valid_from()));
  if (tree.valid_to()) out << fmt::format("until      {}\n", date(*tree.valid_to()));
  out << '\n';
  table t({{"Tier"}, {"Units", align::right}});
  for (const auto& [tier, n] : tree.count(tree.root().unit))
    t.row({std::string(wire::enum_name(tier)), grouped(n)});
  t.print(out);
}

result<net::placement> placement_of(const bytes& content) {
  auto read = wire::from_json<net::placement_document>(
      content, {.octets = net::most_document_octets, .depth = 64});
  if (!read) return read.error();
  return net::placement::make(*std::move(read));
}

/// The content for people or, into `to`, for programs; what is wrong with it is an error.
template <class Content>
result<void> add_content(const result<Content>& content, auto&& as_json, json* to,
                         std::ostream& out) {
  if (!content) return content.error();
  if (to)
    *to = as_json(*content);
  else
    print(*content, out);
  return {};
}

result<void> show_content(const net::document_claims& claims, json* to, std::ostream& out) {
  if (claims.kind == net::document_kind::placement)
    return add_content(placement_of(claims.content), placement_json, to, out);
  return add_content(model::unit_tree::load(claims.content), hierarchy_json, to, out);
}

int show(const show_options& o, streams& io) {
  const auto read = read_document_file(o.file);
  if (!read) return fail(io, read.error());
  if (!read->claims)
    return fail(io, {errc::malformed,
                     fmt::format("{} is not signed; \"loa cluster sign\" makes a signed document "
                                 "of it.",
                                 o.file),
                     {}});
  const auto& claims = *read->claims;
  const auto found = judge(o, claims);
  if (!found) return fail(io, found.error());
  const auto kind = std::string(wire::enum_name(claims.kind));
  result<void> content;
  if (o.json) {
    json answer{{"cluster", claims.cluster},
                {"kind", kind},
                {"number", claims.number},
                {"sha256", net::hex_digest(claims.sha256)},
                {"signature", found->word}};
    content = show_content(claims, &answer["content"], io.out);
    io.out << answer.dump(2) << '\n';
  } else {
    io.out << fmt::format("{} {} of cluster {}\nsha256     {}\nsignature  {}\n\n", kind,
                          claims.number, claims.cluster, net::hex_digest(claims.sha256),
                          found->sentence);
    content = show_content(claims, nullptr, io.out);
  }
  if (!content) return fail(io, about_file(o.file, content.error()));
  return found->sound() ? done : failed;
}

} // namespace

void add_cluster_show(CLI::App& group, invocation& run) {
  auto* c =
      group.add_subcommand("show", "Show what a signed document says, and whether it is good");
  auto o = std::make_shared<show_options>();
  c->add_option("FILE", o->file, "The signed document")->required();
  c->add_option("--authority", o->authority,
                "The authority's certificate, a PEM file, or the directory with authority.pem");
  c->add_flag("--json", o->json, "Print it as JSON");
  on_chosen(*c, run, [o, &run] { return show(*o, run.io); });
  explain(*c,
          "The exit code is 1 if the document was altered, or if the authority that is named has "
          "not\nsigned it.\n\n"
          "  loa cluster show my-city/nodes/city-79/placement.json --authority "
          "my-city/authority");
}

} // namespace loa::cli
