#pragma once

#include <loa/base/bytes.hpp>
#include <loa/base/name.hpp>
#include <loa/base/random.hpp>
#include <loa/base/time.hpp>

namespace loa::cli {

/// A CAP alert as if it were written now: all of its times are moved by the same span, so that it
/// is sent now, and its identifier gets a new ending, so that it is another alert each time. An
/// error if it has no `sent`, or a time that is none.
[[nodiscard]] result<bytes> alert_as_new(bytes_view xml, instant now, random_source& random);

/// The same, and its geocodes of the kind "unit" name `unit`, so that an example can be published
/// again and again, and anywhere.
[[nodiscard]] result<bytes> fresh_alert(bytes_view xml, const path& unit, instant now,
                                        random_source& random);

} // namespace loa::cli
