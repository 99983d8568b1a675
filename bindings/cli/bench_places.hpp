#pragma once

#include <bench/measure/record.hpp>

#include <filesystem>
#include <string>

/// \file
/// Records of `loa bench` are shown to others: no path of this machine stands in them.
namespace loa::cli {

/// What a record calls a hierarchy file: "examples/hcmc/2021.json" for one that comes with Loa,
/// wherever it lies; for another, its name and the first digits of what sha256sum says of it.
[[nodiscard]] std::string hierarchy_name(const std::filesystem::path& file);

/// The scratch directory, an absolute path, is called SCRATCH, and those above it SCRATCH/.. and so
/// on.
[[nodiscard]] std::string without_places(std::string text, const std::filesystem::path& scratch);

/// Both, for all settings and warnings of a section.
void without_places(bench::section& s, const std::filesystem::path& scratch);

} // namespace loa::cli
