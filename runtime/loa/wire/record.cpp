#include <loa/wire/record.hpp>

#include <nlohmann/json.hpp>

namespace loa::wire {

error cannot_be_read(const type_tag& type, const error& why) {
  return {why.code,
          "What \"" + std::string(type.name) + "\" holds could not be read back: " + why.detail,
          why.pointer};
}

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
  const auto found = readers_.find(opened->type);
  if (found == readers_.end())
    return error{
        errc::unsupported, "The type " + detail::quoted(opened->type) + " is not known here.", {}};
  return found->second.read(*opened);
}

void type_registry::add(const type_tag& tag, const void* type, reader read) {
  if (tag.name.empty() && !conflict_)
    conflict_ = error{errc::rule, "A type has an empty name, so nothing could find it.", {}};
  const auto [at, fresh] =
      readers_.try_emplace(std::string(tag.name), entry{type, std::move(read)});
  if (!fresh && at->second.type != type && !conflict_)
    conflict_ = error{errc::conflict,
                      "Two types go by the name \"" + std::string(tag.name) +
                          "\"; each needs a name of its own.",
                      {}};
}

} // namespace loa::wire
