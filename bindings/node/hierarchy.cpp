#include <bindings/node/ask_window.hpp>
#include <bindings/node/document_files.hpp>
#include <bindings/node/hierarchy.hpp>
#include <loa/protocol/unit.hpp>

#include <fmt/format.h>

#include <future>

namespace loa::host {

namespace {

constexpr bytes_view digest_key = "host/units";
constexpr std::size_t under_way = 512;

unit::configure orders_for(const model::unit_info& u, const model::unit_tree& tree,
                           const unit_settings& settings) {
  unit::configure c;
  c.name = u.name;
  c.tier = u.level;
  if (const auto* above = tree.parent(u.unit)) c.parent = above->unit;
  for (const auto* below : tree.children(u.unit)) c.children.push_back(below->unit);
  c.retention = settings.retention;
  c.clocks = settings.clocks;
  return c;
}

/// FNV-1a: tells whether anything changed, against nobody's will.
void mix(std::uint64_t& digest, bytes_view text) {
  for (unsigned char c : text) digest = (digest ^ c) * 0x100000001b3ULL;
}

result<void> remember(store::writer& writer, const bytes& digest) {
  auto stored = std::make_shared<std::promise<result<void>>>();
  auto outcome = stored->get_future();
  store::submission s;
  s.generation = writer.generation();
  s.changes = {store::operation::put(store::table::meta, bytes(digest_key), digest)};
  s.done = [stored](const result<void>& r) { stored->set_value(r); };
  writer.submit(std::move(s));
  return outcome.get();
}

} // namespace

result<std::shared_ptr<const model::unit_tree>> read_hierarchy(const std::filesystem::path& file,
                                                               std::vector<error>* all) {
  auto text = read_file(file, model::unit_tree::most_octets);
  if (!text) return text.error();
  auto tree = model::unit_tree::load(*text, all);
  if (!tree)
    return error{tree.error().code, fmt::format("{}: {}", file.string(), tree.error().detail),
                 tree.error().pointer};
  return std::make_shared<const model::unit_tree>(*std::move(tree));
}

result<std::shared_ptr<const model::unit_tree>> read_units(const config& c,
                                                           std::vector<error>* all) {
  if (!c.cluster) return read_hierarchy(c.hierarchy, all);
  const auto shelf = open_shelf(c);
  if (!shelf) return shelf.error();
  auto tree = model::unit_tree::load(shelf->find(net::document_kind::hierarchy)->content(), all);
  if (!tree) return tree.error();
  return std::make_shared<const model::unit_tree>(*std::move(tree));
}

std::optional<std::string> out_of_force(const model::unit_tree& tree,
                                        const std::filesystem::path& file, instant now) {
  using namespace std::chrono;
  const year_month_day today(floor<days>(now + hours(7)));
  if (tree.in_force(today)) return std::nullopt;
  const auto text = [](year_month_day d) {
    return fmt::format("{:04}-{:02}-{:02}", int(d.year()), unsigned(d.month()), unsigned(d.day()));
  };
  const bool over = tree.valid_to() && *tree.valid_to() < today;
  return fmt::format(
      "The units of {} {} {}; today is {}. Unless this is a trial, name the file of the "
      "units in force under \"hierarchy\" and start again.",
      file.string(), over ? "were in force until" : "are in force from",
      text(over ? *tree.valid_to() : *tree.valid_from()), text(today));
}

result<void> configure_units(node::runtime& node, node::runtime_parts parts,
                             const model::unit_tree& tree, const unit_settings& settings,
                             const work_progress& progress) {
  std::uint64_t digest = 0xcbf29ce484222325ULL;
  std::vector<const model::unit_info*> here;
  for (const auto& u : tree.all())
    if (node.find(u.unit).here) here.push_back(&u);
  for (const auto* one : here) {
    const auto& u = *one;
    mix(digest, u.unit.str());
    mix(digest, wire::encode_record(orders_for(u, tree, settings)));
  }
  const auto wanted = big_endian(digest);
  auto known = parts.journal.get(store::table::meta, digest_key);
  if (!known) return known.error();
  if (*known == wanted) return {};

  ask_window window(node, under_way);
  for (const auto* u : here) {
    window.ask(name::of("unit", u->unit), wire::value::of(orders_for(*u, tree, settings)));
    if (progress) progress(window.answered(), here.size());
  }
  if (auto told = window.finish(); !told) return told.error();
  if (progress) progress(here.size(), here.size());
  return remember(parts.writer, wanted);
}

} // namespace loa::host
