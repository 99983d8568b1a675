#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/name.hpp>
#include <loa/base/random.hpp>
#include <loa/base/time.hpp>

namespace loa::cli {

/// A CAP alert as if it were sent now for `unit`: all of its times are moved by the same span, its
/// identifier gets a new ending, and its geocodes of the kind "unit" name that unit, so that an
/// example can be published again and again, and anywhere. An error if it has no `sent`, or a time
/// that is none.
[[nodiscard]] result<bytes> fresh_alert(bytes_view xml, const path& unit, instant now,
                                        random_source& random);

} // namespace loa::cli
