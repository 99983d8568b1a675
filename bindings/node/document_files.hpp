#pragma once

#include <bindings/node/config.hpp>
#include <loa/net/document_shelf.hpp>

#include <filesystem>
#include <vector>

/// \file
/// The signed documents of a cluster on a node's disk. A config names those that the node begins
/// with; newer ones, which come from its peers, lie in its data directory. Of each kind the higher
/// number is in force, wherever it lies: so an operator may hand out a newer one as a file, too.
namespace loa::host {

/// Reads a signed document and checks it. The error names the file.
[[nodiscard]] result<net::signed_document> read_signed(const std::filesystem::path& file,
                                                       net::document_kind kind,
                                                       const net::authority& by,
                                                       std::string_view cluster);

/// The documents in a data directory:
///
///     DATA/documents/hierarchy.json
///     DATA/documents/placement.json
class document_files {
public:
  explicit document_files(const std::filesystem::path& data) : directory_(data / "documents") {}

  /// Those that are there. A file that is damaged, or not this cluster's, is an error that says
  /// what to do.
  [[nodiscard]] result<std::vector<net::signed_document>> read(const net::authority& by,
                                                               std::string_view cluster) const;

  /// Puts a document in the place of the one of its kind; the directory is made if it is not there.
  /// Synced when it returns. A crash in the midst leaves the old one or the new one, whole.
  [[nodiscard]] result<void> write(const net::signed_document& d) const;

  [[nodiscard]] std::filesystem::path file_of(net::document_kind kind) const;
  /// Both, whether they are there or not.
  [[nodiscard]] std::vector<std::filesystem::path> files() const;

private:
  std::filesystem::path directory_;
};

/// The documents in force when a node of a cluster starts, those of its config and of its data
/// directory together. Refused are two with one number and different content, a placement that may
/// not follow the other, and a hierarchy that is none.
[[nodiscard]] result<net::document_shelf> open_shelf(const config& c);

} // namespace loa::host
