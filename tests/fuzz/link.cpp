#include "fuzz.hpp"

#include <loa/link/messages.hpp>

/// \file
/// What a peer sends over a link. A message that is let in keeps its rules, and its record is read
/// as the same message.

namespace {

using namespace loa;
using fuzz::require;

void check(const link::feed_frames& m) {
  require(m.first > 0 && m.entries.size() <= link::most_frame_entries, "a frame keeps its limits");
  std::uint64_t last = 0;
  for (const auto& e : m.entries) {
    require(e.on == m.on && e.position > last, "a frame's entries are of its lane and ascend");
    last = e.position;
  }
}

void check(const link::post_send& m) {
  require(m.body && m.oldest <= m.number && m.oldest > 0, "a message of post has its place");
}

template <class T>
void check(const T&) {}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto message = link::decode(fuzz::input(data, size));
  if (!message) {
    require(!message.error().detail.empty(), "an error says something");
    return 0;
  }
  std::visit([](const auto& m) { check(m); }, *message);
  const auto written = link::encode(*message);
  const auto again = link::decode(written);
  require(again && again->index() == message->index(), "what was let in can be passed on");
  require(link::encode(*again) == written, "a message is passed on as the same");
  return 0;
}
