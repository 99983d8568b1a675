#include <bindings/cli/internal/local_node.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/archive.hpp>
#include <loa/store/tools.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;

struct journal_options {
  data_options data;
  std::string table;
  std::string unit;
  std::string place;
  bool json = false;
};

json as_json(const store::verification& v) {
  json tables = json::object();
  for (const auto& [t, n] : v.tables)
    tables[std::string(store::to_string(t))] = {{"entries", n.entries}, {"octets", n.octets}};
  return {{"sound", v.sound()},
          {"format", v.identity.format},
          {"id", v.identity.id},
          {"starts", v.identity.starts},
          {"pages", v.pages},
          {"entities", v.entities},
          {"tables", tables},
          {"damage", v.damage},
          {"more_damage", v.more_damage}};
}

int verify(const journal_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  const auto journal = journal_in(*data);
  if (!journal) return fail(io, journal.error());
  auto v = store::verify(journal->string());
  if (!v) return fail(io, v.error());
  if (o.json) {
    io.out << as_json(*v).dump(2) << '\n';
    return v->sound() ? done : failed;
  }
  table t({{"Table"}, {"Entries", align::right}, {"Size", align::right}});
  for (const auto& [name, n] : v->tables)
    t.row({std::string(store::to_string(name)), grouped(n.entries), host::format_size(n.octets)});
  t.print(io.out);
  io.out << fmt::format("\n{} entities, {} pages looked at, format {}, started {} times.\n",
                        grouped(v->entities), grouped(v->pages), v->identity.format,
                        v->identity.starts);
  for (const auto& d : v->damage) io.out << "Damaged: " << d << '\n';
  if (v->more_damage > 0) io.out << "And " << v->more_damage << " more.\n";
  io.out << (v->sound() ? "The journal is sound.\n"
                        : "The journal is damaged: restore a backup, or ask with this output.\n");
  return v->sound() ? done : failed;
}

int dump(const journal_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  store::dump_filter filter;
  if (!o.table.empty()) filter.only = store::table_named(o.table);
  if (!o.unit.empty()) {
    auto home = path::parse(o.unit);
    if (!home) return fail(io, home.error());
    filter.home = *home;
  }
  const auto journal = journal_in(*data);
  if (!journal) return fail(io, journal.error());
  std::uint64_t damaged = 0;
  auto all = store::dump(journal->string(), filter, [&](std::string_view line) {
    // A record ends with more than this, and in a text the quotes would be escaped.
    if (line.ends_with("\"}") && line.find(",\"damage\":\"") != line.npos) ++damaged;
    io.out << line << '\n';
    return bool(io.out);
  });
  if (!all) return fail(io, all.error());
  if (!io.out.flush()) return fail(io, {errc::storage, "The dump could not be written.", {}});
  if (damaged > 0)
    return fail(io,
                {errc::corrupt,
                 fmt::format("{} entries are damaged; their lines have \"damage\" in place of what "
                             "they held. loa journal verify says more.",
                             grouped(damaged)),
                 {}});
  return done;
}

int backup(const journal_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  if (const auto journal = journal_in(*data); !journal) return fail(io, journal.error());
  auto octets = host::back_up(*data, o.place);
  if (!octets) return fail(io, octets.error());
  io.err << fmt::format("Backed up {} to {}: {}.\n", data->string(), o.place,
                        host::format_size(*octets));
  return done;
}

int restore(const journal_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  auto identity = host::restore(o.place, *data, system_clock().now());
  if (!identity) return fail(io, identity.error());
  io.err << fmt::format("Restored {} from {}. What was accepted after the backup is not in it; the "
                        "node tells its followers so when it starts.\n",
                        data->string(), o.place);
  return done;
}

} // namespace

void add_journal(CLI::App& to, invocation& run) {
  auto* group = to.add_subcommand("journal", "Check, show, back up and restore a node's journal");
  group->require_subcommand(1);
  auto o = std::make_shared<journal_options>();

  auto* v = group->add_subcommand("verify", "Look at every page, checksum and record");
  add_data_options(*v, o->data);
  v->add_flag("--json", o->json, "Print what was found as JSON");
  explain(*v, "  loa journal verify --config node.json");
  on_chosen(*v, run, [o, &run] { return verify(*o, run.io); });

  auto* d = group->add_subcommand("dump", "Print every entry as one line of JSON");
  add_data_options(*d, o->data);
  std::vector<std::string> tables;
  tables.reserve(store::all_tables.size());
  for (auto t : store::all_tables) tables.emplace_back(store::to_string(t));
  d->add_option("--table", o->table, "Only this table")->check(CLI::IsMember(tables));
  d->add_option("--unit", o->unit, "Only this unit and what lies below it");
  explain(*d, "What is damaged has \"damage\" in its line, and the exit code is 1.\n\n"
              "  loa journal dump --config node.json --table facts --unit 79.769");
  on_chosen(*d, run, [o, &run] { return dump(*o, run.io); });

  auto* b =
      group->add_subcommand("backup", "Copy journal and token key as they are at one instant");
  b->add_option("TARGET", o->place, "A directory that is empty or not there")->required();
  add_data_options(*b, o->data);
  explain(*b, "  loa journal backup --config node.json /backup/2026-09-01");
  on_chosen(*b, run, [o, &run] { return backup(*o, run.io); });

  auto* r = group->add_subcommand("restore", "Make a data directory out of a backup");
  r->add_option("BACKUP", o->place, "A directory that \"backup\" wrote")->required();
  add_data_options(*r, o->data);
  explain(*r,
          "Makes a data directory out of a backup. The node must not run, and its data directory\n"
          "must be empty or not there: move the old one aside first.\n\n"
          "  loa journal restore --config node.json /backup/2026-09-01");
  on_chosen(*r, run, [o, &run] { return restore(*o, run.io); });
  explain(*group, "What a node has stored. All but restore work while the node runs.\n\n"
                  "  loa journal verify --config node.json\n"
                  "  loa journal backup --config node.json /backup/2026-09-01\n"
                  "  loa journal restore --config node.json /backup/2026-09-01");
}

} // namespace loa::cli
