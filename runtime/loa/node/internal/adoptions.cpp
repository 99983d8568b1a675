#include <loa/node/cluster.hpp>
#include <loa/node/internal/adoptions.hpp>
#include <loa/store/handover_notes.hpp>
#include <loa/store/prefix_copy.hpp>

namespace loa::node {

namespace {

/// A copy that was under way when its giver was lost: part of it is worse than nothing.
result<void> drop_copies(store::journal& journal, const path& prefix) {
  const auto copies = store::read_staged(journal);
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
    if (auto done = commit(journal, {store::forgetting_copy(c.prefix)}); !done) return done;
  }
  return {};
}

} // namespace

result<adoptions> adoptions::read(const store::journal& journal) {
  const auto come = store::read_adopted(journal);
  if (!come) return come.error();
  adoptions all;
  for (const auto& a : *come) all.adopt(a.prefix, {a.epoch, a.feeds, a.move});
  auto gone = store::read_released(journal);
  if (!gone) return gone.error();
  for (const auto& r : *gone) all.release(r.prefix, r.epoch);
  return all;
}

result<void> adopt(store::journal& journal, const path& prefix, std::uint64_t epoch) {
  if (auto dropped = drop_copies(journal, prefix); !dropped) return dropped;
  auto t = store::adopting({prefix, epoch, 1, 0}, {});
  // A release in an earlier epoch that nobody took over is none any more.
  const auto gone = store::read_released(journal);
  if (!gone) return gone.error();
  for (auto r : *gone)
    if (r.move != 0 && r.epoch < epoch && prefix.contains(r.prefix)) {
      r.move = 0;
      r.placement.data.clear();
      t.push_back(store::noting(r));
    }
  return commit(journal, t);
}

} // namespace loa::node
