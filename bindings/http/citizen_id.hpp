#pragma once

#include <loa/base/name.hpp>

namespace loa::http {

/// The entity of a citizen. An id has 1 to 96 letters, digits or any of ._~@:+-_ , so that a UUID,
/// an e-mail address and a telephone number are ids. What can be a segment of a path is
/// "citizen/ID", anything else "citizen/-/ID"; two ids never share a name.
[[nodiscard]] result<name> citizen_name(std::string_view id);
/// The id of a citizen's entity.
[[nodiscard]] std::string citizen_id(const name& citizen);

} // namespace loa::http
