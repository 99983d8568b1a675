#pragma once

#include <loa/node/runtime.hpp>

namespace loa::http {

/// What the gateway needs of a node: to send commands to entities by name. Any thread may call.
class backend {
public:
  virtual ~backend() = default;
  /// Sends a command; `then` gets the answer exactly once, on any thread, and does not block.
  virtual void ask(const name& to, wire::value command, node::reply_handler then,
                   node::ask_options options = {}) = 0;
  /// Sends a command whose answer nobody needs.
  virtual void tell(const name& to, wire::value command) = 0;
  /// Where a unit's entities live.
  [[nodiscard]] virtual node::whereabouts find(const path& /*unit*/) const { return {}; }
  /// How it stands with the other nodes of the cluster.
  [[nodiscard]] virtual std::vector<node::peer_status> peers() const { return {}; }
  /// Gives units to another node, see node::runtime::move.
  virtual void move(const path& /*prefix*/, const bytes& /*placement*/,
                    const std::function<void(const result<void>&)>& begun) {
    begun(error{errc::unsupported, "This node moves no units.", {}});
  }
  [[nodiscard]] virtual std::optional<node::move_status> moving() const { return {}; }
};

/// A node in this process as backend; the node outlives it.
class runtime_backend final : public backend {
public:
  explicit runtime_backend(node::runtime& node) : node_(node) {}
  void ask(const name& to, wire::value command, node::reply_handler then,
           node::ask_options options) override {
    node_.ask(to, std::move(command), std::move(then), std::move(options));
  }
  void tell(const name& to, wire::value command) override { node_.tell(to, std::move(command)); }
  [[nodiscard]] node::whereabouts find(const path& unit) const override { return node_.find(unit); }
  [[nodiscard]] std::vector<node::peer_status> peers() const override { return node_.peers(); }
  void move(const path& prefix, const bytes& placement,
            const std::function<void(const result<void>&)>& begun) override {
    node_.move(prefix, placement, begun);
  }
  [[nodiscard]] std::optional<node::move_status> moving() const override { return node_.moving(); }

private:
  node::runtime& node_;
};

} // namespace loa::http
