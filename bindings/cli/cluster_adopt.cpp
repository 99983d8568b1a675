#include <bindings/cli/internal/cluster.hpp>
#include <bindings/cli/internal/local_node.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/station.hpp>
#include <loa/node/cluster.hpp>
#include <loa/store/lmdb_journal.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

struct adopt_options {
  std::string prefix;
  std::string config;
};

/// The epoch in which the placement in force gives the prefix to the config's node.
result<std::uint64_t> epoch_given(const host::config& c, const path& prefix) {
  if (!c.cluster)
    return error{
        errc::rule, fmt::format("Node {} stands alone; there is nothing to adopt.", c.name), {}};
  const auto shelf = host::open_shelf(c);
  if (!shelf) return shelf.error();
  const auto* number = shelf->find(net::document_kind::placement);
  const auto place = shelf->places()->host_of(prefix);
  const auto where = place ? fmt::format("to node {}", place->node->node) : "to nobody";
  if (!place || place->node->node != c.name || place->prefix != prefix)
    return error{errc::rule,
                 fmt::format("Placement {} gives {} {}, as part of {}. Sign one that gives it to "
                             "{} in a higher epoch, and put it where the node's config names it.",
                             number->number(), prefix.str(), where,
                             place ? place->prefix.str() : "nothing", c.name),
                 {}};
  if (place->epoch == 1)
    return error{errc::rule,
                 fmt::format("Placement {} gives {} to {} in epoch 1: nobody had it before, and "
                             "the node serves it without more.",
                             number->number(), prefix.str(), c.name),
                 {}};
  return place->epoch;
}

int adopt(const adopt_options& o, streams& io) {
  const auto prefix = path::parse(o.prefix);
  if (!prefix) return fail(io, prefix.error());
  auto c = checked(o.config, io, false);
  if (!c) return failed;
  const auto epoch = epoch_given(*c, *prefix);
  if (!epoch) return fail(io, epoch.error());
  store::lmdb_options how;
  how.directory = (c->data / host::journal_directory).string();
  how.node = c->name;
  how.map_size = c->limits.journal_size;
  auto journal = store::open_lmdb(how); // refused while the node runs
  if (!journal) return fail(io, journal.error());
  if (auto noted = node::adopt(**journal, *prefix, *epoch); !noted) return fail(io, noted.error());
  io.err << fmt::format("Node {} serves {} from its next start on, in epoch {}. What its journal "
                        "lacks of these units is lost.\n",
                        c->name, prefix->str(), *epoch);
  return done;
}

} // namespace

void add_cluster_adopt(CLI::App& group, invocation& run) {
  auto* c = group.add_subcommand("adopt", "Let a node serve units that another one had before");
  auto o = std::make_shared<adopt_options>();
  c->add_option("PREFIX", o->prefix, "The units, as the placement gives them to this node")
      ->required();
  c->add_option("--config", o->config, "The node's config file; it must not run")->required();
  on_chosen(*c, run, [o, &run] { return adopt(*o, run.io); });
  explain(*c,
          "When a node is gone for good its units wait for it, since nobody else can know that it\n"
          "serves them no more. You do: sign a placement that gives them to another node in a\n"
          "higher epoch, stop that node, put the placement where its config names it, and say so\n"
          "here. The other nodes take the placement over when they next talk to it, the lost node\n"
          "too, should it return: it serves these units no more.\n\n"
          "  loa cluster sign placement new.json --after nodes/city-79/placement.json \\\n"
          "      --authority my-city/authority --out placement-2.json\n"
          "  cp placement-2.json nodes/city-79/placement.json\n"
          "  loa cluster adopt 79.769 --config nodes/city-79/node.json");
}

} // namespace loa::cli
