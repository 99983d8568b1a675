#pragma once

#include <cstddef>
#include <cstdint>

/// \file
/// How messages lie in the payloads of envelopes. Each begins with
///
///     kind u16   length u32   of the content, which follows
///
/// with numbers big-endian. An envelope of kind `message` holds one or several, all of them whole.
/// One of kind `chunk` holds a piece of one: the first has the flag `first_piece` and the head
/// above before the content; the others have content only; the message is whole when all of its
/// octets have come. Pieces of a lane come one after the other, with nothing else of that lane
/// between them.
namespace loa::net {

inline constexpr std::size_t message_head_octets = 6;
inline constexpr std::uint16_t first_piece = 1;

} // namespace loa::net
