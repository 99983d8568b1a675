#include <loa/base/probe.hpp>
#include <loa/node/internal/pending_commands.hpp>

namespace loa::node {

std::uint64_t pending_commands::add(const std::string& peer, reply_ptr reply, instant now) {
  while (!deadlines_.empty() && !by_number_.contains(deadlines_.front().second))
    deadlines_.pop_front(); // answered
  if (max_under_way.reached_by(by_number_.size())) return 0;
  by_number_.emplace(++last_, waiting{peer, std::move(reply)});
  deadlines_.emplace_back(now + patience, last_);
  return last_;
}

void pending_commands::answer(const std::string& peer, std::uint64_t number,
                              result<wire::value> with) {
  const auto found = by_number_.find(number);
  if (found == by_number_.end() || found->second.peer != peer) {
    LOA_PROBE("office: an answer that nobody waits for any more");
    return;
  }
  const auto reply = std::move(found->second.reply);
  by_number_.erase(found);
  reply->answer(std::move(with));
}

void pending_commands::lose(const std::string& peer) {
  std::erase_if(by_number_, [&](auto& w) {
    if (w.second.peer != peer) return false;
    LOA_PROBE("office: a command was under way when the way was lost");
    w.second.reply->answer(
        error{errc::unavailable,
              "The way to node \"" + peer +
                  "\" was lost before it answered; ask again, with the same key if there was one.",
              {}});
    return true;
  });
}

void pending_commands::tick(instant now) {
  for (; !deadlines_.empty() && deadlines_.front().first <= now; deadlines_.pop_front()) {
    const auto found = by_number_.find(deadlines_.front().second);
    if (found == by_number_.end()) continue;
    const auto late = std::move(found->second);
    by_number_.erase(found);
    LOA_PROBE("office: a command abroad is not answered in time");
    late.reply->answer(
        error{errc::timeout, "No answer from node \"" + late.peer + "\" in time.", {}});
  }
}

std::optional<instant> pending_commands::deadline() const {
  if (by_number_.empty()) return std::nullopt;
  return deadlines_.front().first; // or sooner, if that one is answered
}

} // namespace loa::node
