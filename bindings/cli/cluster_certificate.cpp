#include <bindings/cli/internal/cluster.hpp>
#include <loa/net/identity.hpp>
#include <loa/net/issuing.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <ostream>
#include <system_error>

namespace loa::cli {

namespace fs = std::filesystem;

namespace {

struct certificate_options {
  std::string node;
  std::string authority;
  std::string cluster;
  std::string out;
  int days = 365;
};

/// Both files or none.
result<void> write_pair(const fs::path& directory, const net::issued& made) {
  std::error_code failed;
  const bool fresh = fs::create_directory(directory, failed);
  if (failed)
    return error{
        errc::storage,
        fmt::format("The directory {} cannot be made: {}.", directory.string(), failed.message()),
        {}};
  auto written = write_new(directory / "node.key", made.key_pem, 0600);
  if (written) {
    written = write_new(directory / "node.pem", made.certificate_pem);
    if (!written) fs::remove(directory / "node.key", failed);
  }
  if (!written && fresh) fs::remove(directory, failed);
  return written;
}

int certify(const certificate_options& o, streams& io) {
  const auto issuer = read_issuer(o.authority);
  if (!issuer) return fail(io, issuer.error());
  const auto now = std::chrono::floor<std::chrono::seconds>(system_clock().now());
  const auto from = now - std::chrono::hours(1);
  const auto made = net::issue(*issuer, {o.cluster, o.node}, {from, o.days * std::chrono::days(1)},
                               system_random());
  if (!made) return fail(io, about_file(o.authority, made.error()));
  const auto who =
      net::identity::load(made->certificate_pem, made->key_pem, issuer->certificate_pem);
  if (!who) return fail(io, who.error());
  if (auto written = write_pair(o.out, *made); !written) return fail(io, written.error());
  io.err << fmt::format("Wrote node.pem and node.key of node {} of cluster {} to {}, valid until "
                        "{}. Put both in the place of the node's, and start it again.\n",
                        o.node, o.cluster, o.out, format_rfc3339(who->valid_until()));
  return done;
}

} // namespace

void add_cluster_certificate(CLI::App& group, invocation& run) {
  auto* c =
      group.add_subcommand("certificate", "Issue a node's certificate, its first or its next");
  auto o = std::make_shared<certificate_options>();
  c->add_option("NODE", o->node, "The node's name, as its config says it")
      ->required()
      ->check(node_name_check());
  c->add_option("--authority", o->authority, "Directory with authority.pem and authority.key")
      ->required();
  c->add_option("--cluster", o->cluster, "The cluster's name, as the node's config says it")
      ->required()
      ->check(node_name_check());
  c->add_option("--out", o->out, "Directory for node.pem and node.key, which are not there yet")
      ->required();
  c->add_option("--days", o->days, "How long it is valid")
      ->check(CLI::Range(1, 36'500))
      ->capture_default_str();
  on_chosen(*c, run, [o, &run] { return certify(*o, run.io); });
  explain(
      *c,
      "Makes a new key and a certificate for it; the node's old one stays good until it ends.\n\n"
      "  loa cluster certificate district-769 --cluster my-city \\\n"
      "      --authority my-city/authority --out renewed");
}

} // namespace loa::cli
