#include <loa/net/refusal.hpp>

#include <array>

namespace loa::net {

namespace {

struct row {
  refusal number;
  errc code;
  std::string_view name;
  std::string_view sentence;
};

constexpr std::array<row, last_refusal> rows{{
    {refusal::malformed, errc::malformed, "malformed", "The message cannot be read."},
    {refusal::too_long, errc::too_large, "too_long", "The message is over the limit."},
    {refusal::out_of_order, errc::conflict, "out_of_order", "It was not this message's turn."},
    {refusal::no_common_version, errc::unsupported, "no_common_version",
     "The two nodes have no protocol version in common; upgrade the older one."},
    {refusal::weak_key, errc::unauthenticated, "weak_key",
     "The other side's ephemeral key would make the shared secret known to all."},
    {refusal::reflected, errc::unauthenticated, "reflected",
     "What came is our own message sent back."},
    {refusal::not_opened, errc::unauthenticated, "not_opened",
     "The message is sealed with other keys or was changed on the way."},
    {refusal::bad_certificate, errc::unauthenticated, "bad_certificate",
     "The certificate cannot be read or its chain is against the rules."},
    {refusal::other_authority, errc::unauthenticated, "other_authority",
     "The certificate was not issued by this cluster's authority."},
    {refusal::expired, errc::unauthenticated, "expired",
     "The certificate has expired; issue a new one."},
    {refusal::not_yet_valid, errc::unauthenticated, "not_yet_valid",
     "The certificate is not valid yet; check the clocks of both nodes."},
    {refusal::no_loa_name, errc::unauthenticated, "no_loa_name",
     "The certificate must name one node, as a URI loa:CLUSTER/NODE among its alternative names."},
    {refusal::not_for_signing, errc::unauthenticated, "not_for_signing",
     "The certificate is not one that a node may sign with."},
    {refusal::name_not_proved, errc::unauthenticated, "name_not_proved",
     "The node claims another name than its certificate's."},
    {refusal::signature_not_good, errc::unauthenticated, "signature_not_good",
     "The signature is not of this conversation or not by the certificate's key."},
    {refusal::mac_not_good, errc::unauthenticated, "mac_not_good",
     "The identity is not bound to the keys of this conversation."},
    {refusal::other_cluster, errc::forbidden, "other_cluster",
     "The node belongs to another cluster."},
    {refusal::own_name, errc::conflict, "own_name",
     "Both nodes have the same name; each node needs one of its own."},
    {refusal::another_node, errc::forbidden, "another_node",
     "Another node answered than the one that was called; check its address."},
    {refusal::internal, errc::internal, "internal", "A defect of the node that refuses."},
    {refusal::document_conflict, errc::conflict, "document_conflict",
     "The two nodes have different documents of the same kind and number; sign a newer one."},
    {refusal::bad_document, errc::unauthenticated, "bad_document",
     "The document is damaged or was not signed by the cluster's authority."},
}};

constexpr bool rows_are_in_order() {
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (static_cast<std::size_t>(rows[i].number) != i + 1) return false;
  return true;
}
static_assert(rows_are_in_order());

const row& row_of(refusal r) noexcept {
  const auto i = static_cast<std::size_t>(r);
  const auto defect = static_cast<std::size_t>(refusal::internal);
  return rows[(i >= 1 && i <= rows.size() ? i : defect) - 1];
}

} // namespace

std::string_view to_string(refusal r) noexcept {
  return row_of(r).name;
}

std::string_view describe(refusal r) noexcept {
  return row_of(r).sentence;
}

std::optional<refusal> refusal_from(std::uint8_t number) noexcept {
  if (number < 1 || number > last_refusal) return std::nullopt;
  return static_cast<refusal>(number);
}

error refuse(refusal r, std::string detail) {
  if (detail.empty()) detail = describe(r);
  return {row_of(r).code, std::move(detail), std::string(to_string(r))};
}

refusal refusal_of(const error& e) noexcept {
  for (const auto& r : rows)
    if (r.name == e.pointer) return r.number;
  return refusal::internal;
}

} // namespace loa::net
