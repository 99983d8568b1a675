#include <loa/net/document.hpp>
#include <loa/node/internal/move_messages.hpp>

namespace loa::node {

namespace {

constexpr wire::parse_limits message_limits{
    .octets = net::most_document_text_octets + (std::size_t{64} << 10), .depth = 8, .values = 64};
constexpr wire::parse_limits piece_limits{
    .octets = store::max_value + (std::size_t{64} << 10), .depth = 8, .values = 65'536};

} // namespace

bytes encode(const move_message& m) {
  return wire::encode_alternative(m);
}

result<move_message> decode_move_message(bytes_view record) {
  return wire::decode_record<move_message>(record, message_limits);
}

bytes encode(const store::piece& p) {
  moved_piece m{std::string(store::to_string(p.where)), {p.range.from}, {p.range.to}, {}};
  m.items.reserve(p.items.size());
  for (const auto& i : p.items) m.items.push_back({{i.key}, {i.value}});
  return wire::encode_record(m);
}

result<store::piece> decode_piece(bytes_view record) {
  auto read = wire::decode_record<std::variant<moved_piece>>(record, piece_limits);
  if (!read) return read.error();
  auto& m = std::get<moved_piece>(*read);
  const auto where = store::table_named(m.table);
  if (!where) return error{errc::malformed, "There is no table of that name.", "/table"};
  store::piece p{*where, {std::move(m.from.data), std::move(m.to.data)}, {}};
  p.items.reserve(m.items.size());
  for (auto& i : m.items) p.items.push_back({std::move(i.key.data), std::move(i.value.data)});
  return p;
}

} // namespace loa::node
