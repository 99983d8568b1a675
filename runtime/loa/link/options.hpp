#pragma once

#include <loa/base/time.hpp>

#include <cstddef>

namespace loa::link {

/// Limits and pauses of one feed's or post line's ends. Shared by many: whoever makes the ends
/// keeps it alive as long as they are.
struct link_options {
  /// In flight and not yet durable at the other end, per lane. One entry may always be in flight,
  /// however long it is.
  std::size_t window_entries = 64;
  std::size_t window_octets = 256U << 10;
  /// A frame is closed when another body would bring it over this.
  std::size_t frame_octets = 64U << 10;

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

/// The defaults; live as long as the program.
inline constexpr link_options default_link_options{};

} // namespace loa::link
