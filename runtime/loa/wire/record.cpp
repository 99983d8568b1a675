#include <loa/wire/record.hpp>

#include <nlohmann/json.hpp>

namespace loa::wire {

result<record_view> open_record(bytes_view record, const parse_limits& limits) {
  auto tree = document::from_cbor(record, limits);
  if (!tree) return tree.error();
  const auto& root = tree->root();
  if (!root.is_array() || root.size() != 3 || !root[0].is_string() || !root[1].is_number_unsigned())
    return error{errc::malformed, "A record is a list of type name, version and value.", {}};
  auto type = root[0].get<std::string>();
  const auto version = root[1].get<std::uint64_t>();
  return record_view{std::move(type), version, *std::move(tree)};
}

result<value> type_registry::decode(bytes_view record, const parse_limits& limits) const {
  auto opened = open_record(record, limits);
  if (!opened) return opened.error();
  const auto reader = readers_.find(opened->type);
  if (reader == readers_.end())
    return error{
        errc::unsupported, "The type " + detail::quoted(opened->type) + " is not known here.", {}};
  return reader->second(*opened);
}

} // namespace loa::wire
