#pragma once

#include <bench/load/protocol.hpp>

#include <functional>

namespace loa::bench {

/// What all streams of a Loa node have in common: they are subscribed with the node's 101, pings
/// are answered, a close is a failure, and `text` gets each text frame. Returns how many octets
/// were taken.
std::size_t take_stream(std::string_view in, bool subscribed, subscriber_events& to,
                        const std::function<void(std::string_view text)>& text);

/// The first "position" in a frame, in digits; empty if there is none.
[[nodiscard]] std::string_view position_in(std::string_view frame);

} // namespace loa::bench
