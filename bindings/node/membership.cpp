#include <bindings/node/cluster_identity.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/membership.hpp>

#include <cassert>

namespace loa::host {

result<membership>
join_cluster(const config& c, log_sink& log, const clock& time,
             std::function<void(const net::signed_document& hierarchy)> on_units) {
  assert(c.cluster);
  auto who = load_identity(*c.cluster);
  if (!who) return who.error();
  auto shelf = open_shelf(c);
  if (!shelf) return shelf.error();
  auto places = *shelf->places();

  auto lines = net::open_caf_transport({.listen = c.cluster->listen.str(),
                                        .certificate = c.cluster->certificate,
                                        .key = c.cluster->key,
                                        .authority = c.cluster->authority,
                                        .log = log,
                                        .time = time});
  auto* seen = lines.get();

  const auto keep = [files = document_files(c.data), on_units = std::move(on_units),
                     &log](const net::signed_document& d) {
    if (auto kept = files.write(d); !kept)
      log.write(log_level::error, "cluster",
                "A newer document is in force and could not be kept; after a restart it is fetched "
                "from another node again.",
                {{"document", d.title()}, {"why", kept.error().detail}});
    if (d.kind() == net::document_kind::hierarchy) on_units(d);
  };
  auto documents = std::make_unique<net::document_shelf>(*std::move(shelf));
  node::cluster_parts parts{
      *std::move(who), std::move(places), std::move(lines), {}, std::move(documents), keep};
  return membership{std::move(parts), seen};
}

} // namespace loa::host
