#include "listener.hpp"

#include <catch2/catch.hpp>

namespace loa::system_test {

using http::opcode;

listener::listener(http::test::client stream, manner say)
    : stream_(std::move(stream)),
      say_(std::move(say)),
      thread_([this] { listen(); }) {}

listener::~listener() {
  hang_up();
}

void listener::listen() {
  try {
    while (const auto m = stream_.read_message()) {
      if (m->first == opcode::close) {
        const std::lock_guard lock(mutex_);
        close_code_ = static_cast<std::uint8_t>(m->second.at(0)) << 8 |
                      static_cast<std::uint8_t>(m->second.at(1));
        return;
      }
      if (m->first != opcode::text) continue;
      auto frame = json::parse(m->second);
      if (frame.contains("control")) continue;
      const auto answer = say_(frame);
      {
        const std::lock_guard lock(mutex_);
        heard_.push_back(std::move(frame));
      }
      if (!answer.empty()) stream_.say(answer);
    }
  } catch (const std::exception&) { // cut off, or silent for too long: what came is what counts
  }
}

std::vector<json> listener::heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

void listener::hang_up() {
  if (!thread_.joinable()) return;
  stream_.half_close();
  thread_.join();
}

int listener::dismissed() {
  if (thread_.joinable()) thread_.join();
  return close_code_;
}

std::string acknowledge(const json& frame) {
  return json{{"ack", frame["position"]}, {"feed", frame["feed"]}}.dump();
}

std::string play_to_the_end(const json& frame) {
  return json{{"played", frame["position"]}, {"outcome", "complete"}}.dump();
}

std::string say_nothing(const json&) {
  return {};
}

std::set<std::string> ids_in(const std::vector<json>& frames) {
  std::set<std::string> ids;
  for (const auto& f : frames) ids.insert(f["id"].get<std::string>());
  return ids;
}

namespace {

/// The last position on each lane of each feed.
using lane_ends = std::map<std::pair<std::string, bool>, std::uint64_t>;

std::pair<std::string, bool> lane_of(const json& frame) {
  return {frame["feed"], frame["priority"] == "emergency"};
}

} // namespace

std::uint64_t safe_position(const std::vector<json>& frames) {
  std::uint64_t ordinary = 0;
  std::uint64_t emergency = 0;
  for (const auto& f : frames)
    (f["priority"] == "emergency" ? emergency : ordinary) = f["position"];
  return std::min(ordinary, emergency);
}

bool in_order(const std::vector<json>& frames) {
  lane_ends ends;
  for (const auto& f : frames) {
    auto& end = ends[lane_of(f)];
    if (f["position"] <= end) return false;
    end = f["position"];
  }
  return true;
}

} // namespace loa::system_test
