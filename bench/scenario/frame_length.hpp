#pragma once

#include <bench/peers/server.hpp>

namespace loa::bench {

/// How long a frame of that server is, found out with one message to one subscriber, so that no
/// peer has less to carry.
[[nodiscard]] result<std::size_t> frame_length(server_kind& of, conductor& c);

} // namespace loa::bench
