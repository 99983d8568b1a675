#pragma once

#include <string>

namespace loa::net {

/// What OpenSSL's oldest waiting error of this thread means, as a sentence for both sides' logs.
/// Empties the queue.
[[nodiscard]] std::string take_tls_error();

} // namespace loa::net
