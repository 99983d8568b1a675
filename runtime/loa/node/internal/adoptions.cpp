#include <loa/node/cluster.hpp>
#include <loa/node/internal/adoptions.hpp>

#include <array>

namespace loa::node {

namespace {

/// In the journal's own table, so that no copy of a unit's keys brings it along.
constexpr std::string_view key_head = "adopted/";
constexpr std::string_view key_end = "adopted0";

} // namespace

result<adoptions> adoptions::read(const store::journal& journal) {
  auto found = journal.scan(store::table::meta, key_head, key_end, net::placement::most_prefixes);
  if (!found) return found.error();
  adoptions all;
  for (const auto& item : *found) {
    auto prefix = path::parse(std::string_view(item.key).substr(key_head.size()));
    if (!prefix || item.value.size() != 8)
      return error{errc::corrupt, "What the journal says of adopted units cannot be read.", {}};
    all.by_prefix_.emplace(*std::move(prefix), from_big_endian(item.value));
  }
  return all;
}

result<void> adopt(store::journal& journal, const path& prefix, std::uint64_t epoch) {
  const store::transaction change{store::operation::put(
      store::table::meta, std::string(key_head) + prefix.str(), big_endian(epoch))};
  const std::array group{&change};
  return journal.commit(group);
}

} // namespace loa::node
