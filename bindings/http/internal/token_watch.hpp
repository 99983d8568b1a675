#pragma once

#include <bindings/http/authority.hpp>
#include <bindings/http/internal/mailbox.hpp>

#include <unordered_map>
#include <utility>
#include <vector>

namespace loa::http {

/// The streams of one thread that were opened with a token, and end with it. Asked again and again
/// it looks at a stream only when its token may have expired or the list of revoked ones has
/// changed. One thread.
class token_watch {
public:
  explicit token_watch(authority& judge) : judge_(judge) {}

  void add(connection_id stream, const claims& token);
  void remove(connection_id stream) { streams_.erase(stream); }

  /// The streams whose token is no longer good at `now`, each once and with the reason.
  [[nodiscard]] std::vector<std::pair<connection_id, error>> over(instant now);

private:
  struct term {
    std::string token;
    std::optional<instant> expires;
  };

  authority& judge_;
  std::unordered_map<connection_id, term> streams_;
  std::vector<connection_id> fresh_; ///< Not judged since they were added.
  instant next_ = instant::max();    ///< Nobody's token expires before.
  std::uint64_t revision_ = 0;       ///< Of the list that all but the fresh were held against.
};

} // namespace loa::http
