#pragma once

#include <loa/base/error.hpp>

#include <cstdint>
#include <optional>
#include <string_view>

namespace loa::net {

/// Why a node does not talk to another. The numbers travel between nodes: never reuse one.
enum class refusal : std::uint8_t {
  malformed = 1,         ///< A message that cannot be read, is cut short or has something after it.
  too_long = 2,          ///< Over the limit for a message.
  out_of_order = 3,      ///< A message whose turn it is not.
  no_common_version = 4, ///< The ranges of protocol versions do not overlap.
  weak_key = 5,          ///< An ephemeral key that makes the shared secret known to all.
  reflected = 6,         ///< Our own message, or our own key in the other's.
  not_opened = 7,        ///< Sealed with other keys, or changed on the way.
  bad_certificate = 8,   ///< A certificate that cannot be read, or a chain against the rules.
  other_authority = 9,   ///< Not issued by the cluster's authority.
  expired = 10,          ///< The certificate's time is over.
  not_yet_valid = 11,    ///< The certificate's time has not begun.
  no_loa_name = 12,      ///< The certificate names no node of Loa, or several.
  not_for_signing = 13,  ///< The certificate is not one that a node may sign with.
  name_not_proved = 14,  ///< The name claimed is not the certificate's.
  signature_not_good = 15, ///< The signature is not of this conversation, or by another key.
  mac_not_good = 16,       ///< The identity is not bound to the keys of this conversation.
  other_cluster = 17,      ///< A node of another cluster.
  own_name = 18,           ///< The other node has our own name.
  another_node = 19,       ///< Not the node that was called.
  internal = 20,           ///< A defect of ours.
  document_conflict = 21,  ///< A document of the same number with other content.
  bad_document = 22,       ///< A document that is damaged or not signed by the authority.
};

/// The highest number of a refusal.
inline constexpr std::uint8_t last_refusal = 22;

/// The name of a refusal as it stands in logs, JSON and metrics, for example "other_cluster".
[[nodiscard]] std::string_view to_string(refusal r) noexcept;

/// A sentence for people, seen from the node that refuses.
[[nodiscard]] std::string_view describe(refusal r) noexcept;

/// The refusal with this number, if there is one.
[[nodiscard]] std::optional<refusal> refusal_from(std::uint8_t number) noexcept;

/// A refusal as an error. Its `pointer` is the refusal's name, so that refusal_of() knows it again;
/// without a `detail` the sentence is describe()'s.
[[nodiscard]] error refuse(refusal r, std::string detail = {});

/// Which refusal an error of this floor is; `internal` for errors that are none.
[[nodiscard]] refusal refusal_of(const error& e) noexcept;

} // namespace loa::net
