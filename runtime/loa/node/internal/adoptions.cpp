#include <loa/node/cluster.hpp>
#include <loa/node/internal/adoptions.hpp>
#include <loa/node/internal/handover_notes.hpp>
#include <loa/store/prefix_copy.hpp>

namespace loa::node {

namespace {

constexpr std::string_view key_head = "adopted/";
constexpr std::string_view key_end = "adopted0";

/// A copy that was under way when its giver was lost: part of it is worse than nothing.
result<void> drop_copies(store::journal& journal, const path& prefix) {
  const auto copies = read_staged(journal);
  if (!copies) return copies.error();
  for (const auto& c : *copies) {
    if (!overlap(c.prefix, prefix)) continue;
    store::piece_reader all(journal, {c.prefix, c.without});
    for (;;) {
      auto p = all.next();
      if (!p) return p.error();
      if (!*p) break;
      if (const auto t = erasing(**p); !t.empty())
        if (auto done = commit(journal, t); !done) return done;
    }
    if (auto done = commit(journal, {forgetting_copy(c.prefix)}); !done) return done;
  }
  return {};
}

} // namespace

result<adoptions> adoptions::read(const store::journal& journal) {
  auto found = journal.scan(store::table::meta, key_head, key_end, net::placement::most_prefixes);
  if (!found) return found.error();
  adoptions all;
  for (const auto& item : *found) {
    auto prefix = path::parse(std::string_view(item.key).substr(key_head.size()));
    const auto size = item.value.size();
    if (!prefix || (size != 8 && size != 24))
      return error{errc::corrupt, "What the journal says of adopted units cannot be read.", {}};
    const bytes_view value = item.value;
    adopted how{from_big_endian(value)};
    if (size == 24)
      how = {how.epoch, from_big_endian(value.substr(8)), from_big_endian(value.substr(16))};
    all.adopt(*prefix, how);
  }
  auto gone = read_released(journal);
  if (!gone) return gone.error();
  for (const auto& r : *gone) all.release(r.prefix, r.epoch);
  return all;
}

store::transaction adopting(const path& prefix, std::uint64_t epoch, std::uint64_t feeds,
                            std::uint64_t move, const std::vector<staged>& copies) {
  store::transaction t{
      store::operation::put(store::table::meta, bytes(key_head) + prefix.str(),
                            big_endian(epoch) + big_endian(feeds) + big_endian(move))};
  for (const auto& c : copies)
    if (prefix.contains(c.prefix)) t.push_back(forgetting_copy(c.prefix));
  return t;
}

result<void> adopt(store::journal& journal, const path& prefix, std::uint64_t epoch) {
  if (auto dropped = drop_copies(journal, prefix); !dropped) return dropped;
  auto t = adopting(prefix, epoch, 1, 0, {});
  // A release in an earlier epoch that nobody took over is none any more.
  const auto gone = read_released(journal);
  if (!gone) return gone.error();
  for (auto r : *gone)
    if (r.move != 0 && r.epoch < epoch && prefix.contains(r.prefix)) {
      r.move = 0;
      r.placement.data.clear();
      t.push_back(noting(r));
    }
  return commit(journal, t);
}

} // namespace loa::node
