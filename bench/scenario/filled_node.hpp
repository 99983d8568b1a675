#pragma once

#include <bindings/node/config.hpp>
#include <loa/base/result.hpp>

#include <functional>
#include <string>

namespace loa::bench {

/// Fills the journal of a node that does not run, as if so many citizens had once followed its
/// lowest units and so many reports had come. The last report's code, empty without any. Ends early
/// with errc::unavailable where `stopped` says so.
[[nodiscard]] result<std::string> fill_node(const host::config& config, std::size_t citizens,
                                            std::size_t reports,
                                            const std::function<bool()>& stopped);

} // namespace loa::bench
