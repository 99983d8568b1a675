#include <bindings/cli/internal/cluster.hpp>
#include <bindings/cli/internal/local_node.hpp>
#include <loa/model/unit_tree.hpp>
#include <loa/net/document_shelf.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace fs = std::filesystem;

namespace {

struct sign_options {
  std::string kind;
  std::string file;
  std::vector<std::string> authorities;
  std::string cluster;
  std::uint64_t number = 0;
  std::string after;
  std::string out;
};

/// What the new document is to be.
struct order {
  net::document_kind kind{};
  std::string cluster;
  std::uint64_t number = 0;
  std::optional<net::signed_document> before;
};

result<std::vector<net::issued>> read_issuers(const sign_options& o) {
  std::vector<net::issued> all;
  for (const auto& directory : o.authorities) {
    auto one = read_issuer(directory);
    if (!one) return one.error();
    all.push_back(*std::move(one));
  }
  return all;
}

/// The document that the new one follows, signed by one of the same authorities.
result<net::signed_document> read_before(const fs::path& file, net::document_kind kind,
                                         const std::vector<net::issued>& issuers) {
  std::string pem;
  for (const auto& i : issuers) pem += i.certificate_pem;
  const auto by = net::authority::load(pem);
  if (!by) return by.error();
  const auto text = host::read_file(file, net::most_document_text_octets);
  if (!text) return text.error();
  const auto claims = net::look_into_document(*text);
  if (!claims) return about_file(file, claims.error());
  auto before = net::read_document(*text, *by, claims->cluster);
  if (!before) return about_file(file, before.error());
  if (before->kind() != kind)
    return error{errc::rule,
                 fmt::format("{} is a signed {}, and a {} does not follow it.", file.string(),
                             wire::enum_name(before->kind()), wire::enum_name(kind)),
                 {}};
  return before;
}

result<order> order_of(const sign_options& o, const std::vector<net::issued>& issuers) {
  order wanted{*wire::enum_value<net::document_kind>(o.kind), o.cluster, o.number, std::nullopt};
  if (o.after.empty()) return wanted;
  auto before = read_before(o.after, wanted.kind, issuers);
  if (!before) return before.error();
  if (wanted.cluster.empty()) wanted.cluster = before->cluster();
  if (wanted.cluster != before->cluster())
    return error{errc::rule,
                 fmt::format("{} is of cluster {}, and the new one shall be of {}.", o.after,
                             before->cluster(), wanted.cluster),
                 {}};
  if (wanted.number == 0) wanted.number = before->number() + 1;
  if (wanted.number <= before->number())
    return error{errc::rule,
                 fmt::format("{} has number {}: the one that follows it needs a higher one than "
                             "{}.",
                             o.after, before->number(), wanted.number),
                 {}};
  wanted.before = *std::move(before);
  return wanted;
}

/// Says every mistake of a hierarchy, and the first of a placement.
bool good_content(const order& wanted, const bytes& content, const fs::path& file, streams& io) {
  std::vector<error> mistakes;
  if (wanted.kind == net::document_kind::hierarchy) {
    const auto tree = model::unit_tree::load(content, &mistakes);
    if (!tree && mistakes.empty()) mistakes.push_back(tree.error());
  } else {
    const auto read = wire::from_json<net::placement_document>(
        content, {.octets = net::most_document_octets, .depth = 64}, true);
    auto made = read ? net::placement::make(*read) : result<net::placement>(read.error());
    if (!made) {
      mistakes.push_back(made.error());
    } else if (wanted.before) {
      const auto earlier = net::placement_in(*wanted.before);
      const auto may = earlier ? net::judge_change(*earlier, *made) : earlier.error();
      if (!may) mistakes.push_back(may.error());
    }
  }
  for (const auto& m : mistakes) say_mistake(file, m, io);
  return mistakes.empty();
}

int sign(const sign_options& o, streams& io) {
  if (o.after.empty() && (o.cluster.empty() || o.number == 0)) {
    io.err << "loa: Name the document that it follows with --after, or both --cluster and "
              "--number.\n";
    return wrong_usage;
  }
  const auto issuers = read_issuers(o);
  if (!issuers) return fail(io, issuers.error());
  const auto wanted = order_of(o, *issuers);
  if (!wanted) return fail(io, wanted.error());
  auto read = read_document_file(o.file);
  if (!read) return fail(io, read.error());
  if (read->claims && read->claims->kind != wanted->kind)
    return fail(io, {errc::rule,
                     fmt::format("{} is a signed {}, not a {}.", o.file,
                                 wire::enum_name(read->claims->kind), o.kind),
                     {}});
  if (!good_content(*wanted, read->content, o.file, io)) return failed;
  const auto made = net::sign_document(*issuers, wanted->cluster, wanted->kind, wanted->number,
                                       std::move(read->content));
  if (!made) return fail(io, about_file(o.file, made.error()));
  if (auto written = write_new(o.out, made->to_text()); !written) return fail(io, written.error());
  io.err << fmt::format("Signed {} of cluster {} as {}.\n", made->title(), made->cluster(), o.out);
  return done;
}

} // namespace

void add_cluster_sign(CLI::App& group, invocation& run) {
  auto* c = group.add_subcommand("sign", "Sign a hierarchy or a placement");
  auto o = std::make_shared<sign_options>();
  std::vector<std::string> kinds;
  kinds.reserve(wire::enum_names<net::document_kind>.size());
  for (const auto& [value, text] : wire::enum_names<net::document_kind>) kinds.emplace_back(text);
  c->add_option("KIND", o->kind, "What the file is: hierarchy or placement")
      ->required()
      ->check(CLI::IsMember(kinds));
  c->add_option("FILE", o->file, "The file; of a signed document the content is taken")->required();
  c->add_option("--authority", o->authorities,
                "Directory with authority.pem and authority.key; once more while one\n"
                "authority follows another")
      ->required()
      ->allow_extra_args(false);
  c->add_option("--after", o->after,
                "The signed document that it follows: gives cluster and number, and a\n"
                "placement must be one that may follow it");
  c->add_option("--cluster", o->cluster, "The cluster's name")->check(node_name_check());
  c->add_option("--number", o->number, "Its number, higher than that in force")
      ->check(CLI::Range(std::uint64_t{1}, net::last_document_number));
  c->add_option("--out", o->out, "The file to write; not there yet")->required();
  on_chosen(*c, run, [o, &run] { return sign(*o, run.io); });
  explain(*c, "Of two documents of a kind the one with the higher number is in force.\n\n"
              "  loa cluster sign placement new.json --after placement.json \\\n"
              "      --authority authority --out placement-2.json\n"
              "  loa cluster sign hierarchy 2025.json --cluster my-city --number 2 \\\n"
              "      --authority authority --out hierarchy-2.json");
}

} // namespace loa::cli
