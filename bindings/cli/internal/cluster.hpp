#pragma once

#include <bindings/cli/internal/command.hpp>
#include <loa/net/document.hpp>

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

/// \file
/// What the commands of `loa cluster` have in common.
namespace loa::cli {

void add_cluster_init(CLI::App& group, invocation& run);
void add_cluster_sign(CLI::App& group, invocation& run);
void add_cluster_show(CLI::App& group, invocation& run);
void add_cluster_certificate(CLI::App& group, invocation& run);
void add_cluster_adopt(CLI::App& group, invocation& run);
void add_cluster_move(CLI::App& group, invocation& run);

/// Checks an option that names a cluster or a node.
[[nodiscard]] CLI::Validator node_name_check();

/// The authority in a directory, authority.pem and authority.key.
[[nodiscard]] result<net::issued> read_issuer(const std::filesystem::path& directory);

/// The authorities in a PEM file, or in authority.pem of a directory.
[[nodiscard]] result<net::authority> read_authority(const std::filesystem::path& place);

/// What a file holds: a signed document, or the content of one.
struct document_file {
  bytes content;
  std::optional<net::document_claims> claims; ///< Nothing if it is not signed.
};
[[nodiscard]] result<document_file> read_document_file(const std::filesystem::path& file);

/// Writes a file that is not there yet; if it is, the error says so.
[[nodiscard]] result<void> write_new(const std::filesystem::path& file, bytes_view content,
                                     mode_t mode = 0644);

/// An error about a file, which the sentence then names; the pointer stays.
[[nodiscard]] error about_file(const std::filesystem::path& file, const error& why);

} // namespace loa::cli
