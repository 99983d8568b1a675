#include <bindings/http/internal/token_watch.hpp>

#include <algorithm>

namespace loa::http {

void token_watch::add(connection_id stream, const claims& token) {
  streams_.insert_or_assign(stream, term{token.id, token.expires});
  // The list may have changed between the look at the request and now.
  fresh_.push_back(stream);
}

std::vector<std::pair<connection_id, error>> token_watch::over(instant now) {
  std::vector<std::pair<connection_id, error>> ended;
  if (streams_.empty()) {
    fresh_.clear();
    return ended;
  }
  const auto judge = [&](connection_id stream, const term& t) {
    if (auto good = judge_.check_again(t.token, t.expires, now); !good)
      ended.emplace_back(stream, good.error());
    else if (t.expires)
      next_ = std::min(next_, *t.expires + token_skew);
  };
  const auto revision = judge_.revision(now);
  if (revision != revision_ || next_ <= now) {
    revision_ = revision;
    next_ = instant::max();
    for (const auto& [stream, t] : streams_) judge(stream, t);
  } else {
    for (const auto stream : fresh_)
      if (const auto at = streams_.find(stream); at != streams_.end()) judge(stream, at->second);
  }
  fresh_.clear();
  for (const auto& [stream, why] : ended) streams_.erase(stream);
  return ended;
}

} // namespace loa::http
