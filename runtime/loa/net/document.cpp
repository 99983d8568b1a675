#include <loa/net/document.hpp>
#include <loa/net/internal/certificate.hpp>
#include <loa/net/internal/crypto.hpp>
#include <loa/net/internal/document_forms.hpp>
#include <loa/net/internal/key.hpp>
#include <loa/net/internal/octets.hpp>
#include <loa/net/placement.hpp>
#include <loa/net/refusal.hpp>
#include <loa/wire/record.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

/// What an authority signs. The label keeps it apart from everything else that is signed with the
/// same key, certificates above all.
bytes signed_octets(const document_parts& d) {
  return octet_writer()
      .raw("Loa signed document 1")
      .number(0, 1)
      .sized(d.cluster, 1)
      .number(static_cast<std::uint16_t>(d.kind), 2)
      .number(d.number, 8)
      .raw(d.sha256.data)
      .take();
}

/// What sign_document() refuses of a content, so that a slip of an operator goes no further.
result<void> check_content(document_kind kind, const bytes& content) {
  const wire::parse_limits limits{.octets = most_document_octets, .depth = 64};
  if (kind != document_kind::placement) {
    if (auto parsed = wire::document::from_json(content, limits); !parsed) return parsed.error();
    return {};
  }
  auto parsed = wire::from_json<placement_document>(content, limits, true);
  if (!parsed) return parsed.error();
  if (auto good = placement::make(*std::move(parsed)); !good) return good.error();
  return {};
}

result<pkey_ptr> key_of(const issued& authority) {
  auto certificates = read_certificates(authority.certificate_pem, 1, "The authority's file");
  if (!certificates) return certificates.error();
  if (auto good = may_issue(*certificates->front()); !good) return good.error();
  auto key = read_private_key(authority.key_pem);
  if (!key) return key.error();
  const quiet_errors quiet;
  if (X509_check_private_key(certificates->front().get(), key->get()) != 1)
    return error{errc::rule, "The key is not the one of the authority's certificate.", {}};
  if (!is_known_kind(key->get()))
    return error{errc::rule, "Documents are signed with Ed25519 or ECDSA with P-256 only.", {}};
  return key;
}

error altered(std::string_view how) {
  return refuse(refusal::bad_document, fmt::format("The document was altered: {}", how));
}

} // namespace

struct signed_document::parts : document_parts {};

namespace {

result<signed_document> checked(result<document_parts> read, const authority& by,
                                std::string_view cluster) {
  if (!read) return read.error();
  auto& d = *read;
  if (d.content.size() > most_document_octets)
    return refuse(refusal::too_long,
                  fmt::format("A document's content has at most {} octets.", most_document_octets));
  if (!is_node_name(d.cluster) || d.number == 0 || d.number > last_document_number)
    return altered("its cluster or number is none.");
  if (d.cluster != cluster)
    return refuse(
        refusal::other_cluster,
        fmt::format("The document is of cluster {}, and this one is {}.", d.cluster, cluster));
  if (d.signatures.empty() || d.signatures.size() > most_document_signatures)
    return refuse(refusal::bad_document,
                  fmt::format("A document has 1 to {} signatures.", most_document_signatures));
  if (d.sha256.data != sha256(d.content)) return altered("its content has another digest.");
  const auto octets = signed_octets(d);
  if (std::ranges::none_of(d.signatures,
                           [&](const auto& s) { return by.has_signed(octets, s.data); }))
    return refuse(refusal::bad_document,
                  fmt::format("The cluster's authority has not signed {} {} (sha256 {}).",
                              wire::enum_name(d.kind), d.number, short_digest(d.sha256.data)));
  return signed_document(
      std::make_shared<signed_document::parts>(signed_document::parts{std::move(d)}));
}

} // namespace

std::optional<document_kind> document_kind_from(std::uint16_t number) noexcept {
  const auto kind = static_cast<document_kind>(number);
  if (std::ranges::find(all_document_kinds, kind) == all_document_kinds.end()) return std::nullopt;
  return kind;
}

const std::string& signed_document::cluster() const noexcept {
  return parts_->cluster;
}

document_kind signed_document::kind() const noexcept {
  return parts_->kind;
}

std::uint64_t signed_document::number() const noexcept {
  return parts_->number;
}

const bytes& signed_document::content() const noexcept {
  return parts_->content;
}

const bytes& signed_document::sha256() const noexcept {
  return parts_->sha256.data;
}

document_number signed_document::told() const {
  return {static_cast<std::uint16_t>(kind()), number(), sha256()};
}

std::string signed_document::title() const {
  return fmt::format("{} {} (sha256 {})", wire::enum_name(kind()), number(),
                     short_digest(sha256()));
}

bytes signed_document::to_record() const {
  return wire::encode_record<document_parts>(*parts_);
}

std::string signed_document::to_text() const {
  return write_document_text(*parts_);
}

result<signed_document> sign_document(std::span<const issued> authorities, std::string_view cluster,
                                      document_kind kind, std::uint64_t number, bytes content) {
  if (authorities.empty() || authorities.size() > most_document_signatures)
    return error{
        errc::rule,
        fmt::format("A document is signed by 1 to {} authorities.", most_document_signatures),
        {}};
  if (!is_node_name(cluster))
    return error{errc::rule, "A cluster's name has 1 to 64 of a-z, 0-9 and '-'.", {}};
  if (number == 0 || number > last_document_number)
    return error{
        errc::rule, fmt::format("A document's number is 1 to {}.", last_document_number), {}};
  if (auto good = check_content(kind, content); !good) return good.error();

  signed_document::parts d{{std::string(cluster), kind, number, {sha256(content)}, {}, {}}};
  d.content = std::move(content);
  for (const auto& by : authorities) {
    const auto key = key_of(by);
    if (!key) return key.error();
    auto signature = sign_with(key->get(), signed_octets(d));
    if (signature.empty()) return error{errc::internal, "The authority's key does not sign.", {}};
    d.signatures.push_back({std::move(signature)});
  }
  // Whatever limit of a text it breaks, better now than when a node starts.
  if (auto again = read_document_text(write_document_text(d)); !again) return again.error();
  return signed_document(std::make_shared<signed_document::parts>(std::move(d)));
}

result<signed_document> open_document(bytes_view record, const authority& by,
                                      std::string_view cluster) {
  return checked(read_document_record(record), by, cluster);
}

result<signed_document> read_document(bytes_view text, const authority& by,
                                      std::string_view cluster) {
  return checked(read_document_text(text), by, cluster);
}

result<document_claims> look_into_document(bytes_view text) {
  auto read = read_document_text(text);
  if (!read) return read.error();
  const bool intact = read->sha256.data == sha256(read->content);
  return document_claims{
      std::move(read->cluster), read->kind, read->number, std::move(read->sha256.data),
      std::move(read->content), intact};
}

} // namespace loa::net
