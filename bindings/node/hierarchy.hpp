#pragma once

#include <bindings/node/config.hpp>
#include <loa/model/unit_tree.hpp>
#include <loa/node/runtime.hpp>
#include <loa/protocol/report_clocks.hpp>

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace loa::host {

/// Reads a hierarchy file; all mistakes go to `all`, and the error is the first with the file's
/// name.
[[nodiscard]] result<std::shared_ptr<const model::unit_tree>>
read_hierarchy(const std::filesystem::path& file, std::vector<error>* all = nullptr);

/// The units that a node with this config serves. Where it stands alone they are in its hierarchy
/// file; in a cluster, in the newest signed hierarchy that it has (document_files.hpp).
[[nodiscard]] result<std::shared_ptr<const model::unit_tree>>
read_units(const config& c, std::vector<error>* all = nullptr);

/// What is to be said of a layout that is not in force at `now`, by Vietnam's calendar: its dates,
/// and what to do. Nothing if it is.
[[nodiscard]] std::optional<std::string>
out_of_force(const model::unit_tree& tree, const std::filesystem::path& file, instant now);

/// What the config says to every unit.
struct unit_settings {
  duration retention = std::chrono::days(90);
  report::clocks clocks;
};

/// How far a long piece of work is: done, of how many.
using work_progress = std::function<void(std::uint64_t, std::uint64_t)>;

/// Tells every unit of the tree that lives on this node its name, tier, place and settings, and
/// waits until all of it is stored. What was told is remembered in the journal: if nothing has
/// changed since, no unit is woken.
[[nodiscard]] result<void> configure_units(node::runtime& node, node::runtime_parts parts,
                                           const model::unit_tree& tree,
                                           const unit_settings& settings,
                                           const work_progress& progress = {});

} // namespace loa::host
