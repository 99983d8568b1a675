#pragma once

#include <loa/net/credit.hpp>
#include <loa/net/internal/line_writer.hpp>
#include <loa/net/session_figures.hpp>
#include <loa/net/session_options.hpp>

#include <deque>

namespace loa::net {

/// What waits on one lane to be sent, in order. It is cut or packed into envelopes as the peer's
/// credit allows.
class outgoing_lane {
public:
  outgoing_lane(envelope_lane lane, const session_options& options);

  /// Refused are a message over the limit (errc::too_large) and one for which the queue has no room
  /// (errc::too_many).
  [[nodiscard]] result<void> add(std::uint16_t kind, bytes content);
  /// Writes as much as may go now.
  void pump(line_writer& to);
  /// The peer's word that `total` octets may go in all. Refused is what it cannot mean.
  [[nodiscard]] result<void> granted(std::uint64_t total);

  [[nodiscard]] std::size_t messages_queued() const noexcept { return queue_.size(); }
  void report(lane_figures& to) const;
  /// Drops what waits.
  void clear();

private:
  struct outgoing {
    std::uint16_t kind;
    bytes content;
  };
  [[nodiscard]] bool is_long(const outgoing& m) const noexcept;
  [[nodiscard]] bool send_piece(line_writer& to);
  [[nodiscard]] bool send_packed(line_writer& to);
  void drop_first();

  envelope_lane lane_;
  const session_options* options_;
  credit_to_spend credit_;
  std::uint64_t last_grant_;
  std::deque<outgoing> queue_;
  std::size_t at_ = 0; // how much of the first one's content has gone, in pieces
  std::size_t octets_queued_ = 0;
  bool stalled_ = false;
  std::uint64_t messages_sent_ = 0;
  std::uint64_t octets_sent_ = 0;
  std::uint64_t overflows_ = 0;
  std::uint64_t stalls_ = 0;
};

} // namespace loa::net
