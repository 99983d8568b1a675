#pragma once

#include <loa/net/document.hpp>

#include <vector>

namespace loa::net {

/// What both forms of a document hold, before anything of it is checked but its sizes.
struct document_parts {
  static constexpr wire::type_tag tag{"loa.document", 1};

  std::string cluster;
  document_kind kind = document_kind::hierarchy;
  std::uint64_t number = 0;
  wire::octets sha256;
  std::vector<wire::octets> signatures;
  std::string content;

  static void describe(auto& self, auto& f) {
    f("cluster", self.cluster);
    f("kind", self.kind);
    f("number", self.number);
    f("sha256", self.sha256);
    f("signatures", self.signatures);
    f("content", self.content);
  }
};

/// The text of a file, and what a text or a record holds. Errors are refusals.
[[nodiscard]] std::string write_document_text(const document_parts& d);
[[nodiscard]] result<document_parts> read_document_text(bytes_view text);
[[nodiscard]] result<document_parts> read_document_record(bytes_view record);

} // namespace loa::net
