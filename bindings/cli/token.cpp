#include <bindings/cli/internal/local_node.hpp>
#include <bindings/cli/table.hpp>
#include <bindings/node/hierarchy.hpp>
#include <bindings/node/token_book.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;

struct token_options {
  data_options data;
  std::string role;
  std::string unit;
  std::string subject;
  std::string validity = "365 d";
  std::string id;
  bool json = false;
};

/// A unit above the hierarchy's root is good, too: it holds for all below.
void warn_of_unknown_unit(const token_options& o, const path& unit, streams& io) {
  if (o.data.config.empty()) return;
  const auto config = host::read_config(o.data.config).value;
  if (!config) return;
  const auto tree = host::read_units(*config);
  if (!tree || (*tree)->find(unit) || unit.contains((*tree)->root().unit)) return;
  io.err << fmt::format(
      "loa: warning: {} has no unit {}; the token is good for nothing until it has.\n",
      config->hierarchy.string(), unit.str());
}

int add(const token_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  if (auto there = must_hold_data(o.data); !there) return fail(io, there.error());
  auto unit = path::parse(o.unit);
  if (!unit) return fail(io, unit.error());
  auto validity =
      o.validity == "never" ? result<duration>(duration::zero()) : host::parse_span(o.validity);
  if (!validity) return fail(io, validity.error());
  host::token_book book(*data);
  warn_of_unknown_unit(o, *unit, io);
  auto token = book.add({.role = *wire::enum_value<http::role>(o.role),
                         .unit = *unit,
                         .subject = o.subject,
                         .validity = *validity},
                        system_clock().now(), system_random());
  if (!token) return fail(io, token.error());
  io.out << *token << '\n';
  return done;
}

int list(const token_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  if (auto there = must_hold_data(o.data); !there) return fail(io, there.error());
  const host::token_book book(*data);
  auto all = book.list();
  if (!all) return fail(io, all.error());
  const bool lost = book.lost_key();
  const auto now = system_clock().now();
  table t({{"Id"}, {"Role"}, {"Unit"}, {"Subject"}, {"Given out"}, {"Good until"}, {"State"}});
  auto rows = json::array();
  for (const auto& [token, revoked, of_other_key] : *all) {
    const bool over = token.expires && *token.expires <= now;
    const char* state = revoked        ? "revoked"
                        : over         ? "expired"
                        : lost         ? "no key"
                        : of_other_key ? "other key"
                                       : "good";
    const auto until = token.expires ? format_rfc3339(*token.expires) : std::string("for ever");
    const std::string role(wire::enum_name(token.role));
    t.row({token.id, role, token.unit.str(), token.subject, format_rfc3339(token.issued), until,
           state});
    json row{{"id", token.id},
             {"role", role},
             {"unit", token.unit.str()},
             {"subject", token.subject},
             {"issued", format_rfc3339(token.issued)},
             {"state", state}};
    if (token.expires) row["expires"] = until;
    rows.push_back(std::move(row));
  }
  if (o.json)
    io.out << rows.dump(2) << '\n';
  else if (all->empty())
    io.err << "No token was given out yet.\n";
  else
    t.print(io.out);
  if (lost) return fail(io, book.key().error());
  return done;
}

int revoke(const token_options& o, streams& io) {
  const auto data = data_of(o.data, io);
  if (!data) return failed;
  if (auto there = must_hold_data(o.data); !there) return fail(io, there.error());
  if (auto gone = host::token_book(*data).revoke(o.id); !gone) return fail(io, gone.error());
  io.err << fmt::format("The token {} is no longer good; a running node notices within a second.\n",
                        o.id);
  return done;
}

} // namespace

void add_token(CLI::App& to, invocation& run) {
  auto* group = to.add_subcommand("token", "Give out and revoke access tokens");
  group->require_subcommand(1);
  auto o = std::make_shared<token_options>();

  auto* a = group->add_subcommand("add", "Print a new token, alone, on standard output");
  std::vector<std::string> roles;
  roles.reserve(wire::enum_names<http::role>.size());
  for (const auto& [value, text] : wire::enum_names<http::role>) roles.emplace_back(text);
  a->add_option("--role", o->role, "What its bearer may do")
      ->required()
      ->check(CLI::IsMember(roles));
  a->add_option("--unit", o->unit, "The unit it is good for, with all below")->required();
  a->add_option("--subject", o->subject,
                "Who carries it; for a citizen or device its id, and only that id may be used");
  a->add_option("--valid", o->validity, "How long it is good, for example 30 d; never: without end")
      ->capture_default_str();
  add_data_options(*a, o->data);
  explain(
      *a,
      "  loa token add --config node.json --role editor --unit 79 --valid \"30 d\" > editor.token");
  on_chosen(*a, run, [o, &run] { return add(*o, run.io); });

  auto* l = group->add_subcommand("list", "List the tokens given out, never the tokens themselves");
  add_data_options(*l, o->data);
  l->add_flag("--json", o->json, "Print the list as JSON");
  explain(*l, "  loa token list --config node.json");
  on_chosen(*l, run, [o, &run] { return list(*o, run.io); });

  auto* r = group->add_subcommand("revoke", "Make a token worthless");
  r->add_option("ID", o->id, "The token's id, as the list shows it")->required();
  add_data_options(*r, o->data);
  explain(*r, "  loa token revoke 7ZK3QF0M2XW9T4BC --config node.json");
  on_chosen(*r, run, [o, &run] { return revoke(*o, run.io); });
  explain(*group, "Access tokens of a node. Works on its data directory, before the first start "
                  "and while the node\n"
                  "runs. A token is good for a unit and everything below it.\n\n"
                  "  loa token add --config node.json --role editor --unit 79 > editor.token\n"
                  "  loa token list --config node.json\n"
                  "  loa token revoke 7ZK3QF0M2XW9T4BC --config node.json");
}

} // namespace loa::cli
