#pragma once

#include <bindings/http/internal/mailbox.hpp>
#include <loa/node/driver.hpp>

#include <memory>
#include <vector>

namespace loa::http {

/// The way from entities to the streams of their clients, for citizens and for devices alike. The
/// `channel` of a client is its connection's id, so nothing has to be looked up on the node's
/// threads. A device that calls a client who is not there is told that he has gone.
class stream_driver final : public node::driver {
public:
  explicit stream_driver(std::vector<std::shared_ptr<mailbox>> boxes) : boxes_(std::move(boxes)) {}

  void call(const name& who, std::uint64_t channel, const wire::value& what) override;
  bool deliver(const name& who, std::uint64_t channel, const node::feed_entry_ptr& entry) override;
  void restarted(const name& who) override;
  void turned_away(const name& who, const name& feed) override;
  void rehomed() override;

private:
  [[nodiscard]] mailbox* box_of(connection_id id) const;
  const std::vector<std::shared_ptr<mailbox>> boxes_;
};

} // namespace loa::http
