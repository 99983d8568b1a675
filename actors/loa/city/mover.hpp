#pragma once

#include <loa/city/desk.hpp>
#include <loa/net/document.hpp>

namespace loa::city {

/// Signs a placement; the cluster's authority does.
using placement_signer =
    std::function<net::signed_document(std::uint64_t number, const net::placement_document& next)>;

/// Now and then an operator moves a unit and what lies below it to another node, while everything
/// goes on. He takes the next one when he knows what became of the last.
class mover {
public:
  /// `places` is kept up to date: where clients look for a unit. All of it outlives the mover.
  mover(surroundings& in, layout& places, placement_signer sign)
      : in_(in),
        places_(places),
        sign_(std::move(sign)) {}

  void live(micros every);
  /// Nothing new is begun.
  void settle() { settled_ = true; }
  [[nodiscard]] bool at_rest() const noexcept { return !pending_; }
  /// Units that have moved.
  [[nodiscard]] std::uint64_t moved() const noexcept { return moved_; }

private:
  struct order {
    path prefix;
    std::string from;
    std::string to;
    net::placement_document next;
    bool begun = false; ///< The giver has taken it; what became of it must be found out.
  };
  void begin();
  void look();
  void succeed();
  void fail(const std::string& why);

  surroundings& in_;
  layout& places_;
  placement_signer sign_;
  std::optional<order> pending_;
  std::uint64_t number_ = 1; ///< Of the placement in force.
  std::uint64_t attempt_ = 0;
  std::uint64_t moved_ = 0;
  micros every_{0};
  bool settled_ = false;
};

} // namespace loa::city
