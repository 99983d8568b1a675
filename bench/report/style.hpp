#pragma once

#include <string_view>

namespace loa::bench {

/// The style sheet of a report: paper and dark screens, phones, print. It names no font, picture or
/// sheet from elsewhere.
[[nodiscard]] std::string_view style_sheet();

} // namespace loa::bench
