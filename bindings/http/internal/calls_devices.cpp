#include <bindings/http/internal/calls.hpp>
#include <loa/model/body.hpp>
#include <loa/protocol/unit.hpp>
#include <loa/unit/gather.hpp>

#include <nlohmann/json.hpp>

namespace loa::http {

namespace {

constexpr std::size_t small_body = 64U << 10;

/// The body of a PUT.
struct device_body {
  device::device_kind kind = device::device_kind::loudspeaker;
  std::string name;
  template <class Self, class Fields>
  static void describe(Self& self, Fields& f) {
    f("kind", self.kind);
    f("name", self.name);
  }
};

/// An id that a device's name can carry; nothing otherwise.
std::optional<error> judge_id(const request& r) {
  if (name::parse("device/" + r.params[0] + "/" + r.params[1])) return std::nullopt;
  return error{errc::malformed,
               "A device's id has 1 to 96 letters, digits or any of . _ ~ @ : + and -.",
               {}};
}

/// Whether a device's client is connected, as far as anybody knows.
std::optional<bool> is_connected(const gateway& shared,
                                 const std::optional<result<wire::value>>& said) {
  const auto* status = said && *said ? (*said)->get<device::device_status>() : nullptr;
  if (!status) return std::nullopt;
  if (!status->channel) return false;
  const bool ours = worker_of(*status->channel) < shared.mailboxes.size();
  return !ours || shared.devices.contains(*status->channel);
}

} // namespace

void put_device(exchange x) {
  if (auto wrong = judge_id(x.request)) return x.respond(response::problem(*wrong));
  auto body = model::read_body<device_body>(x.request.body, small_body);
  if (!body) return x.respond(response::problem(body.error()));
  auto title = model::clean_text(body->name, {.least = 1, .most = unit::limits::device_name});
  if (!title)
    return x.respond(response::problem(error{title.error().code, title.error().detail, "/name"}));
  const auto to = unit_entity(unit_of_path(x.request));
  auto options = keyed(x.request);
  unit::register_device command{x.request.params[1], body->kind, *std::move(title)};
  ask<unit::registered>(std::move(x), to, wire::value::of(std::move(command)), std::move(options),
                        [](const unit::registered& r) {
                          wire::document d;
                          wire::write(d.root(), r.device, wire::form::text);
                          return response::json(r.created ? 201 : 200, d.to_json());
                        });
}

void delete_device(exchange x) {
  if (auto wrong = judge_id(x.request)) return x.respond(response::problem(*wrong));
  x.shared.node->ask(
      unit_entity(unit_of_path(x.request)),
      wire::value::of(unit::remove_device{x.request.params[1]}),
      [respond = x.respond](const result<wire::value>& answer) {
        respond(answer ? response{204, {}, {}, {}, false} : response::problem(answer.error()));
      },
      keyed(x.request));
}

void list_devices(exchange x) {
  const auto unit = unit_of_path(x.request);
  auto show = [&shared = x.shared, respond = x.respond,
               unit](const std::vector<unit::device_info>& items,
                     const unit::gatherer::answers& said) {
    wire::document d;
    d.root()["unit"] = unit.str();
    auto& devices = d.root()["devices"];
    wire::write(devices, items, wire::form::text);
    for (std::size_t i = 0; i < items.size(); ++i)
      if (const auto connected = is_connected(shared, said[i]))
        devices[i]["connected"] = *connected;
    respond(response::json(200, d.to_json()));
  };
  x.shared.node->ask(unit_entity(unit), wire::value::of(unit::list_devices{}),
                     [&shared = x.shared, respond = x.respond, unit,
                      show = std::move(show)](const result<wire::value>& answer) {
                       if (!answer) return respond(response::problem(answer.error()));
                       const auto* list = answer->get<unit::device_list>();
                       if (!list) return respond(response::problem(unexpected_answer()));
                       std::vector<name> whom;
                       for (const auto& info : list->items)
                         whom.push_back(name::of("device", unit, info.id));
                       shared.gatherer.load()->each(
                           std::move(whom), wire::value::of(device::get_device{}),
                           [show, items = list->items](const unit::gatherer::answers& said) {
                             show(items, said);
                           });
                     });
}

} // namespace loa::http
