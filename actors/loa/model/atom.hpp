#pragma once

#include <loa/base/time.hpp>

#include <string>
#include <vector>

/// \file
/// Atom feeds (RFC 4287), as CAP publishers offer them to aggregators.
namespace loa::model::atom {

struct entry {
  std::string id; ///< An IRI that never changes, "urn:loa:79.769-3F0K2M9QXZ7A".
  std::string title;
  std::string summary; ///< May be empty.
  std::string link;    ///< Where the CAP document is.
  instant updated;
};

struct feed {
  std::string id;
  std::string title;
  std::string author; ///< The unit's name; RFC 4287 demands one.
  std::string self;   ///< Where the feed is.
  instant updated;
  std::vector<entry> entries;
};

/// The feed as an XML document in UTF-8. Characters that XML does not admit are left out.
[[nodiscard]] std::string write(const feed& f);

} // namespace loa::model::atom
