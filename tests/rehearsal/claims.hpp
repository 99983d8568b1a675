#pragma once

#include "words.hpp"

#include <loa/sim/stage.hpp>

#include <map>
#include <string>

namespace loa::odd {

/// What each entity has answered to `look_up`, by its name.
using books = std::map<std::string, book>;

/// Says where books do not agree: posts that were sent and not applied, applied twice or never
/// sent, entities that were founded and are not there, entries and reminders that did not come.
void compare(sim::stage& s, const books& all);

} // namespace loa::odd
