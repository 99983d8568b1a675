#include <bindings/cli/internal/command.hpp>
#include <bindings/cli/table.hpp>

#include <fmt/format.h>

#include <memory>
#include <ostream>

namespace loa::cli {

namespace {

using nlohmann::json;

struct device_options {
  node_options node;
  std::string unit;
  std::string id;
  std::string kind = "loudspeaker";
  std::string name;
};

http_call call_on(const device_options& o, const char* method) {
  return {.method = method,
          .target = fmt::format("/v1/units/{}/devices/{}", percent_encoded(o.unit),
                                percent_encoded(o.id))};
}

int add(const device_options& o, streams& io) {
  auto call = call_on(o, "PUT");
  call.body = json{{"kind", o.kind}, {"name", o.name.empty() ? o.id : o.name}}.dump(
      -1, ' ', false, json::error_handler_t::replace);
  call.content_type = "application/json";
  auto answer = call_node(o.node, call);
  if (!answer) return fail(io, answer.error());
  if (o.node.json)
    io.out << answer->dump(2) << '\n';
  else
    io.out << fmt::format("{} is now a {} of {}.\n", o.id, o.kind, o.unit);
  return done;
}

int remove(const device_options& o, streams& io) {
  auto answer = call_node(o.node, call_on(o, "DELETE"));
  if (!answer) return fail(io, answer.error());
  if (o.node.json)
    io.out << answer->dump(2) << '\n';
  else
    io.out << fmt::format("{} is no longer a device of {}.\n", o.id, o.unit);
  return done;
}

int list(const device_options& o, streams& io) {
  auto answer =
      call_node(o.node, {.target = fmt::format("/v1/units/{}/devices", percent_encoded(o.unit))});
  if (!answer) return fail(io, answer.error());
  if (o.node.json) {
    io.out << answer->dump(2) << '\n';
    return done;
  }
  const auto at = answer->is_object() ? answer->find("devices") : answer->end();
  const auto& devices = answer->is_array() ? *answer : at != answer->end() ? *at : json::array();
  if (devices.empty()) {
    io.err << o.unit << " has no devices.\n";
    return done;
  }
  table t({{"Device"}, {"Kind"}, {"Name"}, {"Connected"}});
  for (const auto& d : devices)
    t.row({text_of(d, "id"), text_of(d, "kind"), text_of(d, "name"),
           d.contains("connected") ? d.value("connected", false) ? "yes" : "no" : "?"});
  t.print(io.out);
  return done;
}

} // namespace

void add_device(CLI::App& to, invocation& run) {
  auto* group = to.add_subcommand("device", "Register loudspeakers and boards");
  group->require_subcommand(1);
  auto o = std::make_shared<device_options>();

  auto* a = group->add_subcommand("add", "Register a device, or change its name");
  a->add_option("UNIT", o->unit, "The unit it belongs to")->required();
  a->add_option("ID", o->id, "Its id, unique in the unit")->required();
  a->add_option("--kind", o->kind, "loudspeaker or board")
      ->check(CLI::IsMember({"loudspeaker", "board"}))
      ->capture_default_str();
  a->add_option("--name", o->name, "What people call it; its id if left out");
  add_node_options(*a, o->node);
  explain(*a,
          "  loa device add 79.769.26794 spk-0012 --name \"Cụm loa chợ\" --token-file admin.token");
  on_chosen(*a, run, [o, &run] { return add(*o, run.io); });

  auto* l = group->add_subcommand("list", "List the devices of a unit");
  l->add_option("UNIT", o->unit, "The unit")->required();
  add_node_options(*l, o->node);
  explain(*l, "  loa device list 79.769.26794 --token-file admin.token");
  on_chosen(*l, run, [o, &run] { return list(*o, run.io); });

  auto* r = group->add_subcommand("remove", "Take a device out of a unit");
  r->add_option("UNIT", o->unit, "The unit it belongs to")->required();
  r->add_option("ID", o->id, "Its id")->required();
  add_node_options(*r, o->node);
  explain(*r, "  loa device remove 79.769.26794 spk-0012 --token-file admin.token");
  on_chosen(*r, run, [o, &run] { return remove(*o, run.io); });
  explain(*group,
          "A unit's loudspeaker clusters and electronic boards. A registered device counts as\n"
          "targeted by every bulletin of its unit, whether it is connected or not.\n\n"
          "  loa device add 79.769.26794 spk-0012 --name \"Cụm loa chợ\" --token-file T\n"
          "  loa device list 79.769.26794 --token-file T");
}

} // namespace loa::cli
