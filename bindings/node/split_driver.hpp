#pragma once

#include <loa/node/driver.hpp>

#include <cstdint>

namespace loa::host {

/// Set in the channel numbers of clients that live in the node's own process; a gateway never uses
/// it.
inline constexpr std::uint64_t in_process = std::uint64_t{1} << 63;

/// One driver made of two: clients in this process and those who connect. Both outlive it.
class split_driver final : public node::driver {
public:
  split_driver(node::driver& inside, node::driver& outside) : inside_(inside), outside_(outside) {}

  void call(const name& who, std::uint64_t channel, const wire::value& what) override {
    of(channel).call(who, channel, what);
  }
  bool deliver(const name& who, std::uint64_t channel, const node::feed_entry_ptr& entry) override {
    return of(channel).deliver(who, channel, entry);
  }
  void restarted(const name& who) override {
    inside_.restarted(who);
    outside_.restarted(who);
  }
  void turned_away(const name& who, const name& feed) override {
    inside_.turned_away(who, feed);
    outside_.turned_away(who, feed);
  }
  void rehomed() override {
    inside_.rehomed();
    outside_.rehomed();
  }

private:
  node::driver& of(std::uint64_t channel) {
    return (channel & in_process) != 0 ? inside_ : outside_;
  }

  node::driver& inside_;
  node::driver& outside_;
};

} // namespace loa::host
