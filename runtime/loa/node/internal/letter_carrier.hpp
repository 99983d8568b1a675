#pragma once

#include <loa/node/internal/body_shelf.hpp>
#include <loa/node/internal/letters.hpp>

#include <array>
#include <optional>

namespace loa::node {

/// What one session has of bodies, by lane.
template <class End>
class shelves {
public:
  [[nodiscard]] End& on(net::envelope_lane l) { return of_[static_cast<std::size_t>(l)]; }

private:
  std::array<End, 2> of_;
};

/// The lane for a message of delivery: what carries or opens the way for emergencies goes with
/// them.
[[nodiscard]] net::envelope_lane lane_of(const link::message& m) noexcept;

/// A message of delivery on its way to another node, its bodies beside it.
[[nodiscard]] carried_frame carry(const name& from, const name& to, link::message m,
                                  const carried_epochs& under, body_writer& bodies);
[[nodiscard]] carried_relay_frame carry_to_relay(const name& feed, bool to_feed, link::message m,
                                                 const carried_epochs& under, body_writer& bodies);
/// And back. Errors mean that the peer's office is not to be trusted.
[[nodiscard]] result<link::message> uncarry(bytes_view message, std::vector<carried_body>& carried,
                                            body_reader& bodies);

[[nodiscard]] carried_unstored carry(const name& to, const feed_entry& e,
                                     const carried_epochs& under, body_writer& bodies);
[[nodiscard]] result<feed_entry_ptr> uncarry(carried_unstored& u, body_reader& bodies);

} // namespace loa::node
