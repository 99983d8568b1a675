#pragma once

#include <loa/base/limit.hpp>
#include <loa/base/time.hpp>

#include <cstddef>

namespace loa::link {

/// Entries of a lane that are in flight and not yet durable at the other end. Both ends of a
/// conversation have the same.
inline limit max_window_entries{"link.window_entries", 64, 1};
/// And their bytes; one entry may always be in flight, however long it is.
inline limit max_window_bytes{"link.window_bytes", 256U << 10, 1};
/// Bytes of bodies beyond which another one goes into a frame of its own.
inline limit max_frame_bytes{"link.frame_bytes", 64U << 10, 1};

/// Limits and pauses of one feed's or post line's ends. Shared by many: whoever makes the ends
/// keeps it alive as long as they are.
struct link_options {
  /// In flight and not yet durable at the other end, per lane. One entry may always be in flight,
  /// however long it is.
  std::size_t window_entries = max_window_entries;
  std::size_t window_octets = max_window_bytes;
  /// A frame is closed when another body would bring it over this.
  std::size_t frame_octets = max_frame_bytes;

  duration resend_first{500};
  duration resend_most{30'000};
  /// The longest pause where an emergency waits.
  duration resend_most_emergency{5'000};
  /// How long "nothing for you up to N" waits for an entry to go with.
  duration tell_after{1'000};
  /// A receiver that has heard nothing for this long follows again; zero is never. Needed only
  /// where a sender could forget its followers, such as between nodes.
  duration heartbeat{0};

  /// A message of post is put aside after it has failed this often.
  unsigned post_tries = 3;
};

/// The limits' defaults, also where a simulation has drawn others; live as long as the program.
inline const link_options default_link_options{};

} // namespace loa::link
