#include <loa/store/internal/taken_already.hpp>
#include <loa/store/memory_journal.hpp>
#include <loa/store/meta.hpp>

#include <cassert>

namespace loa::store {

memory_journal::memory_journal(std::uint64_t seed) : random_(seed) {
  [[maybe_unused]] const auto started = restart();
  assert(started);
}

result<void> memory_journal::restart() {
  auto identity = begin_start(*this, random_);
  if (!identity) return identity.error();
  return {};
}

void memory_journal::change(table where, const bytes& key, const bytes* value, undo_log& undo) {
  auto& entries = of(where);
  const auto at = entries.find(key);
  if (at == entries.end() && !value) return;
  if (at == entries.end()) {
    undo.push_back({where, key, std::nullopt});
    entries.emplace(key, *value);
    used_ += key.size() + value->size();
    return;
  }
  used_ -= at->second.size();
  undo.push_back({where, key, std::move(at->second)});
  if (value) {
    at->second = *value;
    used_ += value->size();
  } else {
    used_ -= key.size();
    entries.erase(at);
  }
}

void memory_journal::apply(const operation& op, undo_log& undo) {
  switch (op.what) {
  case operation::kind::put:
  case operation::kind::insert:
    change(op.where, op.key, &op.value, undo);
    break;
  case operation::kind::erase:
    change(op.where, op.key, nullptr, undo);
    break;
  case operation::kind::erase_range: {
    const auto& entries = of(op.where);
    for (auto at = entries.lower_bound(op.key); at != entries.end() && at->first < op.value;) {
      const auto key = (at++)->first;
      change(op.where, key, nullptr, undo);
    }
    break;
  }
  }
}

void memory_journal::roll_back(undo_log& undo) {
  undo_log none;
  for (; !undo.empty(); undo.pop_back()) {
    auto& last = undo.back();
    change(last.where, last.key, last.value ? &*last.value : nullptr, none);
    none.clear();
  }
}

result<void> memory_journal::commit(std::span<const transaction* const> group) {
  for (const auto* t : group)
    if (auto fine = check(*t); !fine) return fine;
  std::lock_guard lock(mutex_);
  if (failures_due_ > 0) {
    --failures_due_;
    ++failed_;
    return error{failure_, "The journal was told to fail this commit.", {}};
  }
  undo_log undo;
  const auto before = used_;
  for (const auto* t : group)
    for (const auto& op : *t) {
      if (op.what == operation::kind::insert && of(op.where).contains(op.key)) {
        roll_back(undo);
        ++failed_;
        return taken_already(op.where, op.key);
      }
      apply(op, undo);
    }
  if (used_ > capacity_ && used_ > before) {
    roll_back(undo);
    ++failed_;
    return error{errc::storage_full, "The journal in memory is full.", {}};
  }
  ++commits_;
  if (held_) unsynced_.push_back(std::move(undo));
  return {};
}

result<std::optional<bytes>> memory_journal::get(table where, bytes_view key) const {
  std::lock_guard lock(mutex_);
  const auto at = of(where).find(key);
  if (at == of(where).end()) return std::optional<bytes>{};
  return std::optional(at->second);
}

result<std::vector<item>> memory_journal::scan(table where, bytes_view from, bytes_view to,
                                               std::size_t most, bool backwards) const {
  std::vector<item> found;
  if (from >= to) return found;
  std::lock_guard lock(mutex_);
  const auto first = of(where).lower_bound(from);
  const auto last = of(where).lower_bound(to);
  const auto take = [&](auto at, auto end) {
    for (; at != end && found.size() < most; ++at) found.push_back({at->first, at->second});
  };
  if (backwards)
    take(std::make_reverse_iterator(last), std::make_reverse_iterator(first));
  else
    take(first, last);
  return found;
}

journal_stats memory_journal::stats() const {
  std::lock_guard lock(mutex_);
  journal_stats s{used_, capacity_, 0, 0, commits_, failed_};
  for (const auto& t : tables_) s.entries += t.size();
  return s;
}

void memory_journal::hold_syncs(bool on) {
  std::lock_guard lock(mutex_);
  held_ = on;
  if (!on) unsynced_.clear();
}

void memory_journal::crash() {
  std::lock_guard lock(mutex_);
  keep_unsynced(0);
}

void memory_journal::crash(seeded_random& random) {
  std::lock_guard lock(mutex_);
  keep_unsynced(static_cast<std::size_t>(random.below(unsynced_.size() + 1)));
}

void memory_journal::keep_unsynced(std::size_t commits) {
  for (; unsynced_.size() > commits; unsynced_.pop_back()) roll_back(unsynced_.back());
  unsynced_.clear();
}

void memory_journal::fail_next(errc code, std::size_t n) {
  std::lock_guard lock(mutex_);
  failure_ = code;
  failures_due_ = n;
}

void memory_journal::set_capacity(std::uint64_t octets) {
  std::lock_guard lock(mutex_);
  capacity_ = octets;
}

} // namespace loa::store
