#pragma once

#include <nlohmann/json.hpp>

#include <iosfwd>
#include <string>

namespace loa::cli {

/// A figure of a group of an answer, such as "targeted" of "citizens", with its digits grouped; ""
/// if it is not there.
[[nodiscard]] std::string figure(const nlohmann::json& from, const char* group, const char* key);

/// How far a bulletin came, unit by unit, so that targeted = delivered + missing + left can be seen
/// in each row; units where nobody was meant are only counted. Then who is missing, by name.
void print_delivery(const nlohmann::json& delivery, std::ostream& out);

} // namespace loa::cli
