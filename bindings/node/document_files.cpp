#include <bindings/node/cluster_identity.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/file_writing.hpp>
#include <loa/model/unit_tree.hpp>

#include <fmt/format.h>

#include <cassert>
#include <system_error>

namespace loa::host {

namespace {

/// A hierarchy that a node could not serve is not taken over from a peer either.
result<void> must_be_units(const net::signed_document& next, const net::signed_document*) {
  if (next.kind() != net::document_kind::hierarchy) return {};
  if (auto tree = model::unit_tree::load(next.content()); !tree)
    return error{errc::rule,
                 fmt::format("Hierarchy {} cannot be used: {}", next.number(), tree.error().detail),
                 tree.error().pointer};
  return {};
}

result<void> put(net::document_shelf& shelf, net::signed_document d,
                 const std::filesystem::path& file) {
  const auto whose = "The file " + file.string();
  if (auto in_force = shelf.put(std::move(d), whose); !in_force)
    return error{in_force.error().code,
                 fmt::format("{}: {}", file.string(), in_force.error().detail),
                 in_force.error().pointer};
  return {};
}

} // namespace

result<net::signed_document> read_signed(const std::filesystem::path& file, net::document_kind kind,
                                         const net::authority& by, std::string_view cluster) {
  auto text = read_file(file, net::most_document_text_octets);
  if (!text) return text.error();
  auto read = net::read_document(*text, by, cluster);
  if (!read)
    return error{read.error().code, fmt::format("{}: {}", file.string(), read.error().detail), {}};
  if (read->kind() != kind)
    return error{errc::rule,
                 fmt::format("{} is a signed {}; a signed {} is needed here.", file.string(),
                             wire::enum_name(read->kind()), wire::enum_name(kind)),
                 {}};
  return read;
}

result<std::vector<net::signed_document>> document_files::read(const net::authority& by,
                                                               std::string_view cluster) const {
  std::vector<net::signed_document> all;
  for (const auto kind : net::all_document_kinds) {
    const auto file = file_of(kind);
    std::error_code failed;
    if (!std::filesystem::exists(file, failed)) continue;
    auto one = read_signed(file, kind, by, cluster);
    if (!one)
      return error{one.error().code,
                   one.error().detail +
                       " Put it back from a backup, or remove it: the node then begins with the "
                       "one that its config names, and gets the newer one from its peers.",
                   {}};
    all.push_back(*std::move(one));
  }
  return all;
}

result<void> document_files::write(const net::signed_document& d) const {
  std::error_code failed;
  std::filesystem::create_directories(directory_, failed);
  if (failed)
    return error{
        errc::storage,
        fmt::format("The directory {} cannot be made: {}.", directory_.string(), failed.message()),
        {}};
  return replace_file(file_of(d.kind()), d.to_text());
}

std::filesystem::path document_files::file_of(net::document_kind kind) const {
  return directory_ / fmt::format("{}.json", wire::enum_name(kind));
}

std::vector<std::filesystem::path> document_files::files() const {
  std::vector<std::filesystem::path> all;
  all.reserve(net::all_document_kinds.size());
  for (const auto kind : net::all_document_kinds) all.push_back(file_of(kind));
  return all;
}

result<net::document_shelf> open_shelf(const config& c) {
  assert(c.cluster);
  auto who = load_identity(*c.cluster);
  if (!who) return error{who.error().code, who.error().detail, {}};
  const auto& by = who->issuer();
  const auto& cluster = c.cluster->name;
  net::document_shelf shelf(by, cluster, must_be_units);
  for (const auto& [kind, file] :
       {std::pair{net::document_kind::hierarchy, c.hierarchy},
        std::pair{net::document_kind::placement, c.cluster->placement}}) {
    auto one = read_signed(file, kind, by, cluster);
    if (!one) return one.error();
    if (auto good = put(shelf, *std::move(one), file); !good) return good.error();
  }
  const document_files files(c.data);
  auto newer = files.read(by, cluster);
  if (!newer) return newer.error();
  for (auto& d : *newer) {
    const auto file = files.file_of(d.kind());
    if (auto good = put(shelf, std::move(d), file); !good) return good.error();
  }
  return shelf;
}

} // namespace loa::host
