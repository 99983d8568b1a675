#pragma once

#include <loa/net/handshake.hpp>
#include <loa/net/issuing.hpp>
#include <loa/wire/describe.hpp>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// \file
/// What all nodes of a cluster must have the same issue of: JSON texts, numbered, and signed by the
/// cluster's authority. A document has two forms that hold the same:
///
/// - the record that nodes send each other: CBOR, ["loa.document", 1, {…}];
/// - the text that lies in files: a JSON object whose "content" is a list of the content's lines,
///   so that people can read and compare it. The signature is over the lines themselves and not
///   over how the file is laid out, so it survives what happens to files that are copied: other
///   line ends, other indentation, keys in another order.
///
/// Signed are a label, cluster, kind, number and the content's SHA-256. So a document of one
/// cluster, kind or number cannot be passed off as another's, and what sha256sum says of the file
/// that was signed is what is compared.
namespace loa::net {

/// What a document is. The numbers travel between nodes: never reuse one.
enum class document_kind : std::uint16_t {
  hierarchy = 1, ///< The administrative units, as a hierarchy file.
  placement = 2, ///< Which node hosts which units, see placement.hpp.
};
inline constexpr std::array all_document_kinds{document_kind::hierarchy, document_kind::placement};

/// The kind with this number, if this version knows it.
[[nodiscard]] std::optional<document_kind> document_kind_from(std::uint16_t number) noexcept;

/// No content is longer.
inline constexpr std::size_t most_document_octets = std::size_t{4} << 20;
/// No record of a document is longer.
inline constexpr std::size_t most_document_record_octets = most_document_octets + 4096;
/// No text of a document is longer.
inline constexpr std::size_t most_document_text_octets = std::size_t{16} << 20;
/// No number is higher, since it stands in JSON, too (RFC 8259, section 6).
inline constexpr std::uint64_t last_document_number = (std::uint64_t{1} << 53) - 1;
/// No document has more; two are usual while one authority follows another.
inline constexpr std::size_t most_document_signatures = 4;

/// A document whose signature was checked. Immutable; copies share the content. Any thread.
class signed_document {
public:
  [[nodiscard]] const std::string& cluster() const noexcept;
  [[nodiscard]] document_kind kind() const noexcept;
  /// From 1 on; of two documents of one kind the higher number is in force.
  [[nodiscard]] std::uint64_t number() const noexcept;
  /// Valid JSON.
  [[nodiscard]] const bytes& content() const noexcept;
  /// Of the content, 32 octets.
  [[nodiscard]] const bytes& sha256() const noexcept;

  /// What a node tells of it to others.
  [[nodiscard]] document_number told() const;
  /// For logs: "placement 3 (sha256 9f86d081…)".
  [[nodiscard]] std::string title() const;

  [[nodiscard]] bytes to_record() const;
  [[nodiscard]] std::string to_text() const;

  struct parts;
  explicit signed_document(std::shared_ptr<const parts> p) noexcept : parts_(std::move(p)) {}

private:
  std::shared_ptr<const parts> parts_;
};

/// Signs a document with each of `authorities`, one usually, two while one follows the other.
/// Refused are a content that is no JSON, a placement that is wrong (with a JSON pointer into it),
/// unknown fields of it included, a number of 0, what is over a limit, a key that is not its
/// certificate's, and authorities with other keys than Ed25519 and P-256.
[[nodiscard]] result<signed_document> sign_document(std::span<const issued> authorities,
                                                    std::string_view cluster, document_kind kind,
                                                    std::uint64_t number, bytes content);

/// Opens a record. One good signature of one authority is enough; that an authority's certificate
/// has expired since does not matter: its documents count until it is taken out of `by`.
///
/// Errors are refusals: bad_document (cannot be read, was altered, not signed by this authority),
/// too_long, other_cluster.
[[nodiscard]] result<signed_document> open_document(bytes_view record, const authority& by,
                                                    std::string_view cluster);

/// Opens a text, with the same checks.
[[nodiscard]] result<signed_document> read_document(bytes_view text, const authority& by,
                                                    std::string_view cluster);

/// What a text says of itself. Nobody has said yet that it is true: see `look_into_document`.
struct document_claims {
  std::string cluster;
  document_kind kind = document_kind::hierarchy;
  std::uint64_t number = 0;
  bytes sha256;        ///< Of the content that was signed.
  bytes content;       ///< The content that is there.
  bool intact = false; ///< The two fit.
};

/// Looks into a text without the authority, for people and for programs that sign its content anew;
/// nothing that it says counts before `read_document` has checked the signature. Refusals
/// bad_document and too_long.
[[nodiscard]] result<document_claims> look_into_document(bytes_view text);

/// The first digits of a digest, enough for people to tell two apart: "9f86d081…".
[[nodiscard]] std::string short_digest(bytes_view sha256);
/// All of it as sha256sum writes it.
[[nodiscard]] std::string hex_digest(bytes_view sha256);

} // namespace loa::net

template <>
inline constexpr auto loa::wire::enum_names<loa::net::document_kind> =
    std::to_array<std::pair<loa::net::document_kind, std::string_view>>(
        {{loa::net::document_kind::hierarchy, "hierarchy"},
         {loa::net::document_kind::placement, "placement"}});
