#pragma once

#include <loa/model/internal/cap_node.hpp>

namespace loa::model::cap {

/// The rules that concern several elements at once, and the standard's advice. Every element must
/// be good for itself.
/// `root` is where `a` was read from; it says on which lines things stand.
void check_whole(const alert& a, const node& root, findings& to);

} // namespace loa::model::cap
