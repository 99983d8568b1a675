#include <loa/sim/trace.hpp>

#include <fmt/format.h>

#include <utility>

namespace loa::sim {

void trace::say(micros at, std::string_view who, std::string what) {
  ++said_;
  decided(static_cast<std::uint64_t>(at.count()));
  for (const auto text : {who, std::string_view(what)})
    for (const unsigned char c : text) decided(c);
  lines_.push_back({at, std::string(who), std::move(what)});
  if (listener_) listener_(lines_.back());
  if (lines_.size() > most_) lines_.pop_front();
}

std::string to_string(const trace::line& l) {
  return fmt::format("{:>6}.{:06} {:<10} {}", l.at.count() / 1'000'000, l.at.count() % 1'000'000,
                     l.who, l.what);
}

} // namespace loa::sim
