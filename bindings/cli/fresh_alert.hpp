#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/random.hpp>
#include <loa/base/time.hpp>

namespace loa::cli {

/// A CAP alert as if it were sent now: all of its times are moved by the same span, and its
/// identifier gets a new ending, so that an example can be published again and again. An error if
/// it has no `sent`, or a time that is none.
[[nodiscard]] result<bytes> fresh_alert(bytes_view xml, instant now, random_source& random);

} // namespace loa::cli
