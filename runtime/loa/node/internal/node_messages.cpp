#include <loa/node/internal/node_messages.hpp>

namespace loa::node {

namespace {

/// A message of delivery at its longest, a key and what it covers, and what stands around them.
constexpr wire::parse_limits limits{
    .octets = 2 * link::most_message_octets, .depth = 8, .values = 65'536};

constexpr std::size_t most_detail = 2'048;

} // namespace

bytes encode(const node_message& m) {
  return wire::encode_alternative(m);
}

result<node_message> decode_node_message(bytes_view record) {
  return wire::decode_record<node_message>(record, limits);
}

carried_error carry(const error& e) {
  return {static_cast<std::uint64_t>(e.code), e.detail.substr(0, most_detail), e.pointer};
}

error carried(const carried_error& e) {
  const bool known = e.code >= 1 && e.code <= static_cast<std::uint64_t>(errc::internal);
  return {known ? static_cast<errc>(e.code) : errc::internal, e.detail, e.pointer};
}

} // namespace loa::node
