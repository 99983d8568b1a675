#include <loa/net/internal/crypto.hpp>
#include <loa/net/internal/handshake_messages.hpp>
#include <loa/net/internal/octets.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace loa::net {

namespace {

constexpr std::string_view magic = "LOA-HS";
constexpr std::size_t length_octets = 3;
static_assert(magic.size() + 1 + length_octets == handshake_head_octets);

bool good(const version_range& v) {
  return v.lowest > 0 && v.lowest <= v.highest;
}

version_range read_versions(octet_reader& in) {
  version_range v;
  v.lowest = static_cast<std::uint16_t>(in.number(2));
  v.highest = static_cast<std::uint16_t>(in.number(2));
  return v;
}

} // namespace

std::string version_range::to_string() const {
  return lowest == highest ? fmt::format("{}", lowest) : fmt::format("{} to {}", lowest, highest);
}

result<std::size_t> next_handshake_message(bytes_view octets) {
  const auto begun = std::min(octets.size(), magic.size());
  if (octets.substr(0, begun) != magic.substr(0, begun))
    return refuse(refusal::malformed, "What came is no message of a handshake of Loa's nodes.");
  if (octets.size() < handshake_head_octets) return std::size_t{0};
  octet_reader in(octets.substr(magic.size() + 1));
  const auto whole = handshake_head_octets + static_cast<std::size_t>(in.number(length_octets));
  if (whole > most_handshake_octets)
    return refuse(refusal::too_long,
                  fmt::format("A message of a handshake of {} octets is over the limit of {}.",
                              whole, most_handshake_octets));
  return whole;
}

bytes write_message(message_kind kind, bytes_view rest) {
  return octet_writer()
      .raw(magic)
      .number(static_cast<std::uint64_t>(kind), 1)
      .sized(rest, length_octets)
      .take();
}

result<raw_message> read_message(bytes_view octets) {
  if (octets.size() > most_handshake_octets) return refuse(refusal::too_long);
  const auto whole = next_handshake_message(octets);
  if (!whole) return whole.error();
  if (*whole == 0 || *whole > octets.size())
    return refuse(refusal::malformed, "The message is cut short.");
  if (*whole < octets.size())
    return refuse(refusal::malformed, "Something follows the message that is not part of it.");
  const auto kind = static_cast<unsigned char>(octets[magic.size()]);
  if (kind < 1 || kind > static_cast<unsigned>(message_kind::refusal))
    return refuse(refusal::malformed, fmt::format("A message of unknown kind {}.", kind));
  return raw_message{static_cast<message_kind>(kind), octets.substr(handshake_head_octets)};
}

bytes write_hello(const hello& h) {
  return octet_writer()
      .number(h.versions.lowest, 2)
      .number(h.versions.highest, 2)
      .raw(h.nonce)
      .raw(h.ephemeral)
      .take();
}

result<hello> read_hello(bytes_view octets) {
  octet_reader in(octets);
  hello h;
  h.versions = read_versions(in);
  h.nonce = in.raw(nonce_octets);
  h.ephemeral = in.raw(ephemeral_octets);
  if (!in.done() || !good(h.versions)) return refuse(refusal::malformed);
  return h;
}

bytes write_claim(const claim& c) {
  octet_writer out;
  out.sized(c.id.cluster, 1).sized(c.id.node, 1).number(c.incarnation, 8);
  out.number(c.documents.size(), 1);
  for (const auto& d : c.documents) out.number(d.kind, 2).number(d.number, 8).raw(d.sha256);
  out.number(c.chain.size(), 1);
  for (const auto& der : c.chain) out.sized(der, 2);
  return out.take();
}

result<claim> read_claim(bytes_view octets) {
  octet_reader in(octets);
  claim c;
  c.id.cluster = in.sized(1);
  c.id.node = in.sized(1);
  c.incarnation = in.number(8);
  const auto documents = in.number(1);
  if (documents > most_document_numbers) return refuse(refusal::malformed);
  for (std::uint64_t i = 0; i < documents && !in.failed(); ++i) {
    document_number d;
    d.kind = static_cast<std::uint16_t>(in.number(2));
    d.number = in.number(8);
    d.sha256 = in.raw(digest_octets);
    c.documents.push_back(std::move(d));
  }
  const auto certificates = in.number(1);
  if (certificates > most_chain_certificates) return refuse(refusal::malformed);
  for (std::uint64_t i = 0; i < certificates && !in.failed(); ++i)
    c.chain.emplace_back(in.sized(2));
  if (!in.done() || !c.id.valid()) return refuse(refusal::malformed);
  return c;
}

bytes write_proof(const proof_parts& p) {
  return octet_writer().sized(p.claim, 2).sized(p.signature, 1).raw(p.mac).take();
}

result<proof_parts> read_proof(bytes_view octets) {
  octet_reader in(octets);
  proof_parts p;
  p.claim = in.sized(2);
  p.signature = in.sized(1);
  p.mac = in.raw(digest_octets);
  if (!in.done()) return refuse(refusal::malformed);
  return p;
}

bytes write_refusal(const heard_refusal& r) {
  return octet_writer()
      .number(static_cast<std::uint64_t>(r.reason), 1)
      .number(r.versions.lowest, 2)
      .number(r.versions.highest, 2)
      .take();
}

result<heard_refusal> read_refusal(bytes_view octets) {
  octet_reader in(octets);
  const auto reason = refusal_from(static_cast<std::uint8_t>(in.number(1)));
  heard_refusal r;
  r.versions = read_versions(in);
  if (!in.done() || !good(r.versions)) return refuse(refusal::malformed);
  // A later version may have reasons that this one does not know.
  r.reason = reason.value_or(refusal::internal);
  return r;
}

} // namespace loa::net
