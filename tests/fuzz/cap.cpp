#include "fuzz.hpp"

#include <loa/model/cap.hpp>
#include <loa/model/cap_bulletin.hpp>

/// \file
/// The CAP reader: what it reads can be written and read again, and what becomes a bulletin of it
/// keeps a bulletin's rules.

namespace {

using namespace loa;
using fuzz::require;

const model::unit_tree& tree() {
  static const auto loaded = *model::unit_tree::load(
      R"({"source":"fuzz","root":{"code":"79","name":"Thành phố","tier":"city","children":[
          {"code":"769","name":"Quận","tier":"district","boundary":{"type":"Polygon","coordinates":
            [[[106.7,10.8],[106.9,10.8],[106.9,10.9],[106.7,10.9],[106.7,10.8]]]},
           "children":[{"code":"26794","name":"Phường","tier":"commune"}]}]}})");
  return loaded;
}

void publish(const model::cap::alert& a, bytes_view xml) {
  const auto unit = tree().root().unit;
  const auto made = model::cap::to_bulletin(a, xml, unit, "bien-tap", a.sent.at, tree(),
                                            {.play_exercises = true, .play_tests = true});
  if (!made) return require(!made.error().detail.empty(), "an error says something");
  const auto& b = made->bulletin;
  require(model::validate(b).empty(), "a bulletin made of an alert is valid");
  const auto frame = model::frame(unit, 1, model::frame_body(b));
  require(wire::document::from_json(frame, {.octets = 4U << 20}).has_value(), "a frame is JSON");
  require(model::cap::read(model::cap::to_xml(b, tree(), "loa@example.vn"), nullptr, nullptr,
                           {.octets = 4U << 20})
              .has_value(),
          "a bulletin's alert goes out as valid CAP");
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto xml = fuzz::input(data, size);
  std::vector<error> all;
  std::vector<std::string> warnings;
  auto first = model::cap::read(xml, &all, &warnings);
  require(all.size() <= 100, "at most 100 mistakes are listed");
  if (!first) {
    require(!first.error().detail.empty(), "an error says something");
    require(!all.empty(), "the list holds the mistake");
    return 0;
  }
  require(all.empty(), "what was read has no mistakes");
  auto again = model::cap::read(model::cap::write(*first), nullptr, nullptr, {.octets = 4U << 20});
  require(again.has_value(), "what was read is written so that it can be read");
  publish(*first, xml);
  first->is_signed = false; // a signature is not written
  require(*again == *first, "what is read again is the same");
  return 0;
}
