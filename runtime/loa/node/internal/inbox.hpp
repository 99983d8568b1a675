#pragma once

#include <loa/link/post_receiver.hpp>
#include <loa/node/internal/desk_host.hpp>
#include <loa/node/internal/durable_facts.hpp>

#include <functional>
#include <map>

namespace loa::node {

/// How far a durable entity has taken the lines of post that come to it. Each message is handled
/// once: what it leads to and that it was taken are one transaction. One that cannot be handled is
/// put aside, for people in the log and for its sender in the acknowledgement.
class inbox {
public:
  /// By the sender's name.
  using state = std::map<std::string, link::post_state>;

  /// Hands a message to the entity's code; it joins the draft. An error puts the message aside.
  using handler = std::function<result<void>(const name& from, bytes_view record,
                                             const std::string& what, draft&)>;

  explicit inbox(desk_host& host) : host_(host) {}

  void apply(const post_taken& f) { state_[f.from.str()] = f.state; }
  [[nodiscard]] const state& durable() const noexcept { return state_; }
  void restore(state s) { state_ = std::move(s); }

  void take(const name& from, const link::post_send& m, const handler& handle);

private:
  void carry_out(const name& from, link::post_receiver::output out, const handler* handle);
  [[nodiscard]] link::post_receiver::output record(const name& from, link::post_receiver& r,
                                                   const link::post_receiver::delivery& got,
                                                   const handler& handle);

  desk_host& host_;
  state state_;
  std::map<std::string, link::post_receiver> lines_;
};

} // namespace loa::node
