#include "fuzz.hpp"

#include <loa/model/bulletin_request.hpp>
#include <loa/model/report_rules.hpp>

/// \file
/// JSON from outside: every reader of a body and of a hierarchy file gets every input. What one
/// accepts is written and read again as the same.

namespace {

using namespace loa;
using fuzz::require;

const auto now = from_millis(1'756'677'600'000); // 2025-09-01

const model::unit_tree& tree() {
  static const auto loaded = *model::unit_tree::load(
      R"({"source":"fuzz","root":{"code":"79","name":"Thành phố","tier":"city","children":[
          {"code":"769","name":"Quận","tier":"district"}]}})");
  return loaded;
}

void publish(model::bulletin_request request) {
  const auto unit = tree().root().unit;
  const auto b =
      model::to_bulletin(std::move(request), {"79-3F0K2M9QXZ7A", unit, "bien-tap", now}, tree());
  if (!b) return require(!b.error().detail.empty(), "an error says something");
  require(model::validate(*b).empty(), "a bulletin made of a request is valid");
  const auto frame = model::frame(unit, 1, model::frame_body(*b));
  require(wire::document::from_json(frame, {.octets = 8U << 20}).has_value(), "a frame is JSON");
  const auto stored = wire::from_cbor<model::bulletin>(wire::to_cbor(*b), {.octets = 8U << 20});
  require(stored && *stored == *b, "a bulletin is stored as it is");
}

void found(const model::report_request& request) {
  const model::report_clocks clocks;
  const auto unit = tree().root().unit;
  const auto r = model::receive(request, "79-3F0K2M9QXZ7AB", unit, now, clocks);
  require(model::due_at(r, clocks).has_value(), "what was received is due");
  const auto seen = model::redacted(r);
  require(seen.citizen.empty() && seen.text.empty() && !seen.where && seen.attachments.empty(),
          "a redacted report names nobody");
}

/// What `read` accepts it accepts again, as the same, in the form in which we write it.
template <class T, class Read>
std::optional<T> read_twice(bytes_view text, Read&& read) {
  result<T> first = read(text);
  if (!first) {
    require(!first.error().detail.empty(), "an error says something");
    return std::nullopt;
  }
  const result<T> again = read(wire::to_json(*first));
  require(again && *again == *first, "a body is written and read again as the same");
  return *std::move(first);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto text = fuzz::input(data, size);
  const auto plain = wire::document::from_json(text);
  if (plain) {
    const auto again = wire::document::from_json(plain->to_json(), {.octets = 8U << 20});
    require(again && again->to_json() == plain->to_json(), "JSON is written and read again");
  }
  if (auto request = read_twice<model::bulletin_request>(
          text, [](bytes_view t) { return model::read_bulletin_request(t); }))
    publish(*std::move(request));
  if (auto request = read_twice<model::report_request>(
          text, [](bytes_view t) { return model::read_report_request(t); }))
    found(*request);
  read_twice<model::report_action>(text, [](bytes_view t) { return model::read_report_action(t); });

  std::vector<error> all;
  const auto loaded = model::unit_tree::load(text, &all);
  require(loaded.has_value() == all.empty(), "a hierarchy is loaded, or its mistakes are listed");
  if (!loaded) return 0;
  for (const auto& u : loaded->all())
    require(loaded->find(u.unit) == &u, "a unit is found by its path");
  return 0;
}
