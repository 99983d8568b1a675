#include <loa/base/probe.hpp>
#include <loa/store/tenure.hpp>

#include <algorithm>

namespace loa::store {

result<tenure> tenure::read(const journal& j) {
  auto gone = read_released(j);
  if (!gone) return gone.error();
  const auto come = read_adopted(j);
  if (!come) return come.error();
  tenure t;
  for (auto& r : *gone) t.note(std::move(r));
  for (const auto& a : *come) t.note(a);
  return t;
}

transaction tenure::notes_in(const transaction& t) {
  transaction notes;
  std::ranges::copy_if(t, std::back_inserter(notes), changes_hands);
  return notes;
}

void tenure::apply(const transaction& notes) {
  for (const auto& o : notes) {
    auto h = read_handover(o);
    if (!h) continue; // nobody writes what he cannot read
    if (h->released) note(*std::move(h->released));
    if (h->adopted) note(*h->adopted);
  }
}

void tenure::note(released r) {
  released_[r.prefix] = {r.epoch, std::move(r.to), std::move(r.without)};
}

void tenure::note(const adopted& a) {
  adopted_[a.prefix] = a.epoch;
}

result<void> tenure::admits(const name& whose) const {
  if (released_.empty()) return {};
  const auto unit = whose.home();
  const auto has = [&](const path& p) { return p.contains(unit); };
  for (const auto& [prefix, r] : released_) {
    if (!has(prefix) || std::ranges::any_of(r.without, has)) continue;
    const bool again = std::ranges::any_of(adopted_, [&, since = r.epoch](const auto& a) {
      return a.second >= since && has(a.first);
    });
    if (again) continue;
    LOA_PROBE("journal: a fact of units that were released");
    return error{errc::unavailable,
                 "This journal takes nothing for " + unit.str() +
                     ", which it has released to node \"" + r.to + "\"; ask again in a moment.",
                 {}};
  }
  return {};
}

} // namespace loa::store
